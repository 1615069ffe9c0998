package io.nokv.server.ways;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One script, every driver, the bytes of one file. {@code -Drewrite=true} writes what is answered now into the file, from the
 * database in files; read the difference.
 */
class SameScriptTest {
    static final Path FILE = Path.of("src/test/resources/ways/same.iq");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Way.class)
    void everyDriverGivesTheAnswersOfTheFile(Way way) throws Exception {
        String written = Files.readString(FILE);
        Script script = Script.parse(written);
        assertEquals(written, answers(way, script, 0, "data"), () -> way + "; -Drewrite=true writes what is answered");
        if (way != Way.MEMORY) {
            assertEquals(written, answers(way, script, 1, "again"), () -> way + ", executed the other way");
        }
    }

    private String answers(Way way, Script script, int turn, String data) throws Exception {
        try (OpenWay open = way.open(directory.resolve(data)); Connection connection = open.connect()) {
            Answers answers = new Answers(way, connection, turn);
            String answered = script.answeredBy(answers::of);
            if (way == Way.FILE && turn == 0 && Boolean.getBoolean("rewrite")) {
                rewrite(answered);
                return Files.readString(FILE);
            }
            return answered;
        }
    }

    private static void rewrite(String answered) throws IOException {
        Files.writeString(FILE, answered);
    }
}
