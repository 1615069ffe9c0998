package io.nokv.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for all pages: the modules are the build's, every link leads somewhere, the index knows every page. */
class PagesTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    @Test
    void theArchitecturePageHasTheModulesOfTheBuild() throws IOException {
        TreeSet<String> modules = new TreeSet<>();
        Matcher matcher = MODULE.matcher(Files.readString(Page.root().resolve("pom.xml")));
        while (matcher.find()) {
            modules.add(matcher.group(1));
        }
        assertEquals(modules,
                new TreeSet<>(Page.of("docs/architecture.md").map(0, 1, "module", "owns", "may use").keySet()));
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher matcher = LINK.matcher(Files.readString(page));
            while (matcher.find()) {
                String target = matcher.group(1).replaceFirst("#.*", "");
                if (!target.isEmpty() && !target.contains(":") && !Files.exists(page.resolveSibling(target))) {
                    broken.add(Page.root().relativize(page) + ": " + target);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        String index = Files.readString(Page.root().resolve("docs/README.md"));
        Path docs = Page.root().resolve("docs");
        List<String> missing = pages().stream().filter(p -> p.startsWith(docs) && !p.endsWith("README.md"))
                .map(p -> docs.relativize(p).toString()).filter(name -> !index.contains("](" + name + ")")).toList();
        assertEquals(List.of(), missing);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Page.root().resolve("docs"))) {
            return Stream.concat(docs.filter(p -> p.toString().endsWith(".md")),
                    Stream.of(Page.root().resolve("README.md"))).sorted().toList();
        }
    }
}
