package io.nokv.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nokv.server.database.Database;
import io.nokv.server.http.StatsText;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nokv stats}. */
@Command(name = "stats", description = {
        "Shows what the database counts: of a data directory that nobody has open, or of a running server.",
        "Without --json one line per number, \"group.field value\"."}, footer = {"",
                "Example: nokv stats --http 127.0.0.1:9101 --json"})
final class StatsCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Terminal terminal;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "The HTTP address of a running server.")
    private String address;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Mixin
    private ConfigArguments where;

    StatsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String text = address == null ? offline() : online(HostPort.parse(address));
        if (json) {
            terminal.out().print(text);
        } else {
            print("", new ObjectMapper().readTree(text), terminal.out());
        }
        return ExitCode.OK;
    }

    private String offline() {
        try (Database database = where.openExistingDatabase()) {
            return StatsText.json(database.statsGroups());
        }
    }

    private static String online(HostPort at) throws InterruptedException {
        URI uri = URI.create("http://" + (at.host().contains(":") ? "[" + at.host() + "]" : at.host()) + ":" + at.port()
                + "/debug/vars");
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpResponse<String> response = client.send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
                    BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new CommandFailure(ExitCode.FAILED, uri + " answered with status " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, uri + " cannot be reached: " + e);
        }
    }

    private static void print(String path, JsonNode node, PrintStream out) {
        if (node.isObject()) {
            node.properties().forEach(field -> print(path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue(), out));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                print(path + "." + i, node.get(i), out);
            }
        } else {
            out.println(path + " " + node.asText());
        }
    }
}
