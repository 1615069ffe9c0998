package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/engine.md names what there is. */
class EngineDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "engine.md");
    private static final Pattern FIRST_CELL = Pattern.compile("^\\| (`[^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-zA-Z]+)`");

    @Test
    void statisticsAreAllExplained() throws Exception {
        List<String> explained = new ArrayList<>();
        boolean statistics = false;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) {
                statistics = line.equals("## Statistics");
            }
            Matcher cell = FIRST_CELL.matcher(line);
            if (statistics && cell.find()) {
                NAME.matcher(cell.group(1)).results().forEach(name -> explained.add(name.group(1)));
            }
        }
        List<String> there = Arrays.stream(EngineStats.class.getRecordComponents()).map(RecordComponent::getName)
                .toList();
        assertEquals(there.stream().sorted().toList(), explained.stream().sorted().toList());
    }
}
