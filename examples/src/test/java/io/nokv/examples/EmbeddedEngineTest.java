package io.nokv.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine without a server. */
class EmbeddedEngineTest {
    @TempDir
    Path directory;

    @Test
    void visitsAreThereWhenTheProcessOpensTheStoreAgain() {
        assertEquals(List.of("page/1 seen"), visit().subList(0, 1));
        List<String> second = visit();
        assertEquals(List.of("page/1 seen", "page/2 seen"), second.subList(0, 2));
        assertTrue(second.get(2).startsWith("2 visits, "), second.toString());
    }

    private List<String> visit() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        EmbeddedEngine.run(directory, new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
