package io.nokv.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nokv.server.cli.CommandModel;
import io.nokv.server.cli.ExitCode;
import io.nokv.server.config.NokvConfig;
import io.nokv.server.standalone.StandaloneServer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/** {@code docs/commands.md} against the command line, the configuration and a running server. */
class CommandsReferenceTest {
    private final Page page = Page.of("docs/commands.md");

    @Test
    void everyCommandIsDescribedWithEveryOption() {
        Map<String, TreeSet<String>> expected = new TreeMap<>();
        Map<String, TreeSet<String>> described = new TreeMap<>();
        for (Map.Entry<String, CommandSpec> command : CommandModel.commands().entrySet()) {
            String name = command.getKey();
            if (!name.equals("nokv") && !name.equals("nokv help")) {
                expected.put(name, arguments(command.getValue()));
                described.put(name, described(page.section(name)));
            }
        }
        assertEquals(expected, described);
        assertEquals(expected.keySet(), new TreeSet<>(page.section("Commands").headings(3)));
    }

    private static TreeSet<String> arguments(CommandSpec command) {
        TreeSet<String> names = new TreeSet<>();
        command.options().forEach(option -> names.addAll(List.of(option.names())));
        command.positionalParameters().forEach(parameter -> names.add(parameter.paramLabel()));
        return names;
    }

    private static TreeSet<String> described(Page section) {
        TreeSet<String> names = new TreeSet<>(Page.code(section.line("Also:")));
        boolean table = section.lines().stream().anyMatch(line -> line.startsWith("| argument"));
        if (table) {
            section.table("argument", "meaning").forEach(row -> {
                for (String span : Page.code(row.getFirst())) {
                    names.add(span.split(" ")[0]);
                }
            });
        }
        return names;
    }

    @Test
    void everyFieldOfTheConfigurationIsListedWithItsDefault() throws ReflectiveOperationException {
        Map<String, String> expected = new TreeMap<>();
        fields("", NokvConfig.defaults(), expected);
        assertEquals(expected, page.map(0, 1, "field", "default", "range", "meaning"));
    }

    @Test
    void everyNumberOfTheConfigurationIsListedWithItsRange() {
        Map<String, String> expected = new TreeMap<>();
        NokvConfig.bounds().forEach(b -> expected.put(b.field(),
                amount(b.field(), b.least()) + " to " + amount(b.field(), b.most())));
        Map<String, String> described = page.map(0, 2, "field", "default", "range", "meaning");
        described.values().removeIf(String::isEmpty);
        assertEquals(expected, described);
    }

    /** "64 KiB" for bytes, "65,536" for what is counted. */
    private static String amount(String field, long value) {
        if (!field.endsWith("Bytes")) {
            return String.format(Locale.ROOT, "%,d", value);
        }
        String[] units = {"B", "KiB", "MiB", "GiB"};
        int unit = Math.min(3, (63 - Long.numberOfLeadingZeros(value)) / 10);
        return (value >> 10 * unit) + " " + units[unit];
    }

    private static void fields(String path, Record record, Map<String, String> into)
            throws ReflectiveOperationException {
        for (RecordComponent field : record.getClass().getRecordComponents()) {
            Object value = field.getAccessor().invoke(record);
            if (value instanceof Record section) {
                fields(path + field.getName() + ".", section, into);
            } else {
                into.put(path + field.getName(), String.valueOf(value));
            }
        }
    }

    @Test
    void everyExitCodeIsListed() throws IOException, IllegalAccessException {
        TreeSet<String> expected = new TreeSet<>();
        for (Field code : ExitCode.class.getFields()) {
            expected.add(String.valueOf(code.getInt(null)));
        }
        String launcher = Files.readString(Page.root().resolve("nokv"));
        for (String added : List.of("4", "5")) {
            assertTrue(launcher.contains("die " + added + " "), "the launcher never ends with " + added);
            expected.add(added);
        }
        expected.add("130");
        expected.add("143");
        assertEquals(expected, new TreeSet<>(page.map(0, 1, "exit code", "meaning").keySet()));
    }

    @Test
    void aRunningServerHasTheEndpointsAndGroupsThatAreListed(@TempDir Path directory) throws Exception {
        NokvConfig config = NokvConfig.defaults().withPorts(null, 0, 0, 0);
        try (StandaloneServer server = StandaloneServer.start(directory.resolve("data"), config);
                HttpClient client = HttpClient.newHttpClient()) {
            List<String> answered = new ArrayList<>();
            for (String path : page.map(0, 1, "path", "answer").keySet()) {
                answered.add(path + " " + get(client, server, path).statusCode());
            }
            assertEquals(List.of("/debug/vars 200", "/healthz 200", "/metrics 200", "/readyz 200"), answered);

            Map<String, List<String>> groups = new TreeMap<>();
            JsonNode vars = new ObjectMapper().readTree(get(client, server, "/debug/vars").body());
            vars.properties().forEach(group -> groups.put(group.getKey(),
                    group.getValue().properties().stream().map(Map.Entry::getKey).toList()));
            Map<String, List<String>> described = new TreeMap<>();
            page.table("group", "fields", "what it tells")
                    .forEach(row -> described.put(Page.plain(row.get(0)), Page.code(row.get(1))));
            assertEquals(groups, described);
        }
    }

    private static HttpResponse<String> get(HttpClient client, StandaloneServer server, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://" + server.httpAddress() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
