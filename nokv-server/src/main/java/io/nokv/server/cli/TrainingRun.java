package io.nokv.server.cli;

import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.server.config.NokvConfig;
import io.nokv.server.standalone.StandaloneServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * A run that does a bit of everything in a temporary directory, so that the launcher's ahead-of-time cache holds the
 * classes, and the profiles, that commands use.
 */
public final class TrainingRun {
    private TrainingRun() {}

    /** Fails with an exception when it cannot do its work; the launcher then goes on without a cache. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("nokv-training");
        try {
            Path source = Files.createDirectories(directory.resolve("source"));
            Files.createDirectories(source.resolve("doc/a"));
            Files.writeString(source.resolve("doc/a/file"), "x");
            Path data = directory.resolve("data");
            run("--help");
            run("version");
            run("quickstart", source.toString(), "--data", data.toString());
            run("import", source.toString(), "--data", data.toString());
            run("fsck", "--data", data.toString());
            run("mount", "list", "--data", data.toString());
            run("stats", "--data", data.toString());
            run("sql", "--data", data.toString(), "-e",
                    "SELECT name, size FROM entries WHERE parent = INODE_OF('/doc') "
                            + "AND name LIKE 'a%' ORDER BY name; SELECT count(*) FROM inodes; SELECT 1");
            serve(data);
        } finally {
            delete(directory);
        }
    }

    private static void serve(Path data) {
        try (StandaloneServer server = StandaloneServer.start(data, NokvConfig.defaults().withPorts(null, 0, 0, 0))) {
            HostPort grpc = HostPort.parse(server.grpcAddress());
            try (NamespaceClient client = NamespaceClient.connect(grpc.host(), grpc.port())) {
                client.readDirPlus("default", Namespace.ROOT_INODE, null, 10, 0);
            }
            run("sql", "jdbc:nokv://" + server.jdbcAddress() + "/default", "-e", "SELECT count(*) FROM entries");
            run("stats", "--http", server.httpAddress());
        }
    }

    private static void run(String... arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false);
        CommandLineRun.run(terminal, arguments);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (var files = Files.walk(directory)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
