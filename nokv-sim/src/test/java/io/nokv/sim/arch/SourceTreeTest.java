package io.nokv.sim.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits of the house that class files do not show. */
class SourceTreeTest {
    private static final int MOST_LINES = 700;
    private static final Pattern POOR_NAME = Pattern.compile("\\w*(Impl|Manager|Util|Utils|Common|Helper)\\.java");
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b|@Disabled|Thread\\.sleep");
    private static final Path HERE = Path.of("io/nokv/sim/arch");

    private static Stream<Path> all() {
        return Stream.concat(House.sources("main").stream(), House.sources("test").stream())
                .filter(file -> !file.getParent().endsWith(HERE));
    }

    private static String shown(Path file) {
        return House.root().relativize(file).toString();
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> silent = new TreeSet<>();
        for (Path file : House.sources("main")) {
            if (!Files.exists(file.resolveSibling("package-info.java"))) {
                silent.add(shown(file.getParent()));
            }
        }
        assertEquals(Set.of(), silent);
    }

    @Test
    void noFileIsLongerThanAPersonReads() {
        assertEquals(List.of(), all().filter(file -> House.read(file).lines().count() > MOST_LINES)
                .map(SourceTreeTest::shown).toList());
    }

    @Test
    void typesAreNamedByTheirJob() {
        assertEquals(List.of(), all().filter(file -> POOR_NAME.matcher(file.getFileName().toString()).matches())
                .map(SourceTreeTest::shown).toList());
    }

    @Test
    void nothingIsLeftForLater() {
        assertEquals(List.of(), all().filter(file -> UNFINISHED.matcher(House.read(file)).find())
                .map(SourceTreeTest::shown).toList());
    }

    @Test
    void theRulesSawTheSources() {
        assertTrue(House.sources("main").size() > 100, "saw only " + House.sources("main").size() + " files");
    }
}
