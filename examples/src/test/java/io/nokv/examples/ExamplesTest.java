package io.nokv.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.server.cli.CommandLineRun;
import io.nokv.server.cli.ExitCode;
import io.nokv.server.cli.Terminal;
import io.nokv.server.config.NokvConfig;
import io.nokv.server.standalone.StandaloneServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example against a running server. */
class ExamplesTest {
    private static final String MOUNT = "default";

    @TempDir
    Path directory;
    private StandaloneServer server;
    private NamespaceClient client;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @BeforeEach
    void start() {
        server = StandaloneServer.start(directory.resolve("data"), NokvConfig.defaults().withPorts(null, 0, 0, 0));
        String address = server.grpcAddress();
        client = NamespaceClient.connect("127.0.0.1", Integer.parseInt(address.substring(address.indexOf(':') + 1)));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void datasetToolingAsksOverJdbc() throws Exception {
        long set = make(Namespace.ROOT_INODE, "set", NewInode.directory(0755));
        make(set, "a.parquet", sized(10));
        make(set, "b.parquet", sized(30));
        make(set, "readme", sized(5));
        DatasetQuery.run("jdbc:nokv://" + server.jdbcAddress() + "/" + MOUNT, "/set", ".parquet", out);
        List<String> lines = lines();
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("30\t") && lines.get(0).endsWith("b.parquet"), lines.toString());
        assertEquals("2 files, 40 bytes", lines.get(2));
    }

    @Test
    void aTrainingRunSeesOneVersionAndItsCheckpoints() {
        long set = make(Namespace.ROOT_INODE, "set", NewInode.directory(0755));
        make(set, "shard-0", sized(1));
        make(set, "shard-1", sized(1));
        long checkpoints = make(Namespace.ROOT_INODE, "checkpoints", NewInode.directory(0755));
        TrainingScheduler.run(client, MOUNT, "/set", "/checkpoints", () -> {
            make(set, "shard-2", sized(1));
            make(checkpoints, "step-100", sized(1));
        }, out);
        List<String> lines = lines();
        assertTrue(lines.get(0).endsWith("has 2 shards"), lines.toString());
        assertEquals("the run still sees 2 shards", lines.get(1));
        assertEquals("checkpoint step-100 (CREATED)", lines.get(2));
        assertEquals(List.of(), client.snapshots(MOUNT));
    }

    @Test
    void anUploadIsPublishedAtOnce() {
        UploadGateway.run(client, MOUNT, "bucket", "object", 100, out);
        UploadGateway.run(client, MOUNT, "bucket", "object", 200, out);
        List<String> lines = lines();
        assertTrue(lines.get(0).endsWith("with 100 bytes"), lines.toString());
        assertTrue(lines.get(1).contains("with 200 bytes, replacing inode"), lines.toString());
        long bucket = client.lookup(MOUNT, Namespace.ROOT_INODE, FileName.of("bucket"), 0).inode();
        assertEquals(1, client.readDir(MOUNT, bucket, null, 10, 0).items().size());
        assertEquals(200, client.lookup(MOUNT, bucket, FileName.of("object"), 0).attributes().size());
    }

    @Test
    void theOperatorsReportRuns() {
        make(Namespace.ROOT_INODE, "big", sized(1_000));
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), out, out, false, false);
        int code = CommandLineRun.run(terminal, "sql", "jdbc:nokv://" + server.jdbcAddress() + "/" + MOUNT, "-f",
                "src/main/sql/operator-report.sql");
        String text = printed.toString(StandardCharsets.UTF_8);
        assertEquals(ExitCode.OK, code, text);
        assertTrue(text.contains("hard_linked") || text.contains("HARD_LINKED"), text);
    }

    private long make(long parent, String name, NewInode inode) {
        return client.apply(new Mutation.Create(MOUNT, parent, FileName.of(name), inode), null).entry().inode();
    }

    private static NewInode sized(long size) {
        NewInode file = NewInode.file(0644);
        return new NewInode(file.type(), file.mode(), 0, 0, size, 0, null, null);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
