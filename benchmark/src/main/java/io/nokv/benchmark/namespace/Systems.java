package io.nokv.benchmark.namespace;

import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.fsmeta.client.NamespaceClientOptions;
import io.nokv.server.database.Database;
import io.nokv.server.database.DatabaseOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The systems under test of one run, each started once, in processes of their own but for the embedded one. */
final class Systems implements AutoCloseable {
    /** The launcher of the source tree, which starts the server as its users do; said by the launcher itself. */
    private static final String LAUNCHER = System.getProperty("nokv.launcher");

    private static final String SERVER_JVM_OPTIONS = "-Xmx2g";

    private final List<Target> targets = new ArrayList<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private PostgresTarget postgres;
    private int echoPort;
    private Map<String, String> addresses;

    private Systems() {}

    static Systems start(List<String> names, Path directory) throws IOException {
        empty(directory);
        Systems systems = new Systems();
        try {
            for (String name : names) {
                systems.add(name, directory);
            }
        } catch (IOException | RuntimeException e) {
            systems.close();
            throw e;
        }
        return systems;
    }

    private void add(String name, Path directory) throws IOException {
        switch (name) {
            case "postgresql" -> {
                postgres = new PostgresTarget(directory.resolve("postgresql"));
                add(postgres);
            }
            case "echo" -> {
                ChildProcess child = ChildProcess.start(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                        "-XX:+UseParallelGC", "-cp", System.getProperty("java.class.path"), EchoTarget.class.getName()),
                        Map.of(), line -> line.startsWith("port "));
                open.push(child);
                echoPort = Integer.parseInt(child.heard().getLast().substring("port ".length()));
            }
            case "embedded" -> {
                Database database = Database.open(directory.resolve("embedded"), DatabaseOptions.defaults());
                open.push(database);
                add(new NamespaceTarget(name, name, database::namespace, true));
            }
            case "grpc" -> add(new NamespaceTarget(name, name, () -> client(directory, false), false));
            case "pipeline" -> add(new NamespaceTarget(name, name, () -> client(directory, true), true));
            case "jdbc" -> add(new JdbcTarget(name,
                    "jdbc:nokv://" + server(directory).get("jdbc") + "/" + mount(directory, name), name));
            default -> throw new IllegalArgumentException("no target named " + name);
        }
    }

    /** One server process for everything that comes over the network; each target has a mount's tree of its own name. */
    private Map<String, String> server(Path directory) {
        if (addresses == null) {
            try {
                if (LAUNCHER == null) {
                    throw new IOException("the server is started by the launcher: run ./nokv benchmark namespace");
                }
                ChildProcess child = ChildProcess.start(
                        List.of(LAUNCHER, "server", "--data", directory.resolve("server").toAbsolutePath().toString(),
                                "--jdbc-port", "0", "--grpc-port", "0", "--http-port", "0"),
                        Map.of("NOKV_JAVA_OPTS", SERVER_JVM_OPTIONS), line -> line.startsWith("ready "));
                open.push(child);
                addresses = new HashMap<>();
                for (String word : child.heard().getLast().split(" ")) {
                    int equals = word.indexOf('=');
                    if (equals > 0) {
                        addresses.put(word.substring(0, equals), word.substring(equals + 1));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return addresses;
    }

    private Namespace client(Path directory, boolean pipelined) {
        String[] address = server(directory).get("grpc").split(":");
        return NamespaceClient
                .connect(NamespaceClientOptions.of(address[0], Integer.parseInt(address[1])).withPipelined(pipelined));
    }

    /** Registers {@code mount} and returns it. */
    private String mount(Path directory, String mount) {
        try (Namespace namespace = client(directory, false)) {
            namespace.registerMount(mount);
        }
        return mount;
    }

    private void add(Target target) {
        targets.add(target);
        open.push(target);
    }

    List<Target> targets() {
        return targets;
    }

    /** 0 when no echo was asked for. */
    int echoPort() {
        return echoPort;
    }

    /** Every target holds its data: let them settle. */
    void loaded() {
        if (postgres != null) {
            postgres.analyze();
        }
    }

    private static void empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> paths = Files.walk(directory)) {
                paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                    try {
                        Files.delete(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        Files.createDirectories(directory);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("closing: " + e);
            }
        }
    }
}
