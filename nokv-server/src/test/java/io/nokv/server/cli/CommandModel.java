package io.nokv.server.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** All commands by the names under which people call them, "nokv quota set" for example. */
public final class CommandModel {
    private CommandModel() {}

    public static Map<String, CommandSpec> commands() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false);
        Map<String, CommandSpec> commands = new LinkedHashMap<>();
        collect(new CommandLine(new NokvCommand(), new TerminalFactory(terminal)).getCommandSpec(), commands);
        return commands;
    }

    private static void collect(CommandSpec command, Map<String, CommandSpec> into) {
        into.put(command.qualifiedName(" "), command);
        command.subcommands().values().forEach(sub -> collect(sub.getCommandSpec(), into));
    }
}
