package io.nokv.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What people and scripts see of the command line itself. */
class UsageTest {
    @Test
    void aWrongCommandIsAUsageErrorThatNamesIt() {
        CapturedRun run = CapturedRun.of("bogus").expect(ExitCode.USAGE);
        assertTrue(run.err().contains("bogus"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void noCommandIsAUsageError() {
        assertTrue(CapturedRun.of().expect(ExitCode.USAGE).err().contains("--help"));
    }

    @Test
    void everyCommandExplainsItself() {
        List<List<String>> commands = new ArrayList<>();
        collect(new CommandLine(new NokvCommand(), new TerminalFactory(Terminal.ofProcess())), List.of(), commands);
        assertTrue(commands.size() > 1, "commands found: " + commands);
        for (List<String> command : commands) {
            List<String> arguments = new ArrayList<>(command);
            arguments.add("--help");
            CapturedRun run = CapturedRun.of(arguments.toArray(String[]::new)).expect(ExitCode.OK);
            assertTrue(run.out().startsWith("Usage: nokv"), command + ": " + run.out());
            assertEquals("", run.err(), command.toString());
        }
    }

    @Test
    void versionNamesTheJavaItRunsOn() {
        CapturedRun run = CapturedRun.of("version").expect(ExitCode.OK);
        assertTrue(run.out().contains("Java " + Runtime.version()), run.out());
        assertFalse(run.out().isBlank());
    }

    private static void collect(CommandLine line, List<String> path, List<List<String>> into) {
        CommandSpec spec = line.getCommandSpec();
        into.add(path);
        spec.subcommands().forEach((name, sub) -> {
            if (!name.equals("help")) {
                List<String> below = new ArrayList<>(path);
                below.add(name);
                collect(sub, below, into);
            }
        });
    }
}
