package io.nokv.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the scenario files of src/test/resources/raft. Each block is one or more commands, a line of dashes, what they did,
 * an empty line; {@code -Dnokv.rewrite=true} records what the code now does: read that difference.
 */
class ScenarioTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/raft");

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void happensAsWritten(String file) throws IOException {
        Path path = DIRECTORY.resolve(file);
        String wanted = Files.readString(path);
        String happened = play(wanted);
        if (Boolean.getBoolean("nokv.rewrite")) {
            Files.writeString(path, happened);
        } else {
            assertEquals(wanted, happened, file + "; -Dnokv.rewrite=true records what happens now");
        }
    }

    private static String play(String text) {
        ScenarioGroup group = new ScenarioGroup();
        StringBuilder out = new StringBuilder();
        for (String block : text.split("\n\n")) {
            StringBuilder did = new StringBuilder();
            boolean hasCommand = false;
            for (String line : block.split("\n")) {
                if (line.startsWith("----")) {
                    break;
                }
                out.append(line).append('\n');
                if (!line.startsWith("#") && !line.isBlank()) {
                    hasCommand = true;
                    String result = group.run(line.strip());
                    did.append(result.equals("ok\n") ? "" : result);
                }
            }
            if (hasCommand) {
                out.append("----\n").append(did.isEmpty() ? "ok\n" : did);
            }
            out.append('\n');
        }
        return out.toString().strip() + "\n";
    }

    @Test
    void thereAreScenarios() throws IOException {
        assertTrue(files().size() >= 10, files()::toString);
    }
}
