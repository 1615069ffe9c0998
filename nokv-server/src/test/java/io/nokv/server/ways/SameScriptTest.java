package io.nokv.server.ways;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
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
        try (OpenWay open = way.open(directory.resolve("data"))) {
            assertEquals(written, answers(way, open, script), () -> way + "; -Drewrite=true writes what is answered");
        }
    }

    /** Statements and prepared statements take turns; what one driver does as one, another does as the other. */
    private static String answers(Way way, OpenWay open, Script script) throws SQLException, IOException {
        try (Connection connection = open.connect()) {
            String answered = script.answeredBy(new Answers(way, connection, way.ordinal())::of);
            if (way == Way.FILE && Boolean.getBoolean("rewrite")) {
                Files.writeString(FILE, answered);
                return Files.readString(FILE);
            }
            return answered;
        }
    }
}
