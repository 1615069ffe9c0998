package io.nokv.benchmark.fetch;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.server.config.NokvConfig;
import io.nokv.server.standalone.StandaloneServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Reads all rows of one SELECT over loopback with our driver and with Avatica's own, in JSON and in protobuf, in turns
 * within one run, and prints the medians and their ratios to ours. Server and clients share the process.
 */
@Command(name = "bulk-fetch", mixinStandardHelpOptions = true, sortOptions = false, description = "A large SELECT over loopback: our driver against Avatica's, JSON and protobuf.")
public final class BulkFetch implements Callable<Integer> {
    private static final int STEPS = 1_000;

    @Option(names = "--rows", defaultValue = "100000", description = "Rows of the result (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--rounds", defaultValue = "9", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--warm-up", defaultValue = "4", description = "Rounds before the measurement (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--fetch-size", defaultValue = "1000", description = "Rows per round trip (default: ${DEFAULT-VALUE}).")
    private int fetchSize;

    @Option(names = "--dir", description = "Where the database lives; default: a new directory for temporary files.")
    private Path directory;

    @Override
    public Integer call() throws Exception {
        Path data = directory == null ? Files.createTempDirectory("nokv-fetch") : directory;
        NokvConfig config = NokvConfig.defaults().withPorts(null, 0, 0, 0);
        try (StandaloneServer server = StandaloneServer.start(data, config)) {
            fill(server.database().namespace());
            Map<String, String> urls = new LinkedHashMap<>();
            urls.put("ours", "jdbc:nokv://" + server.jdbcAddress());
            urls.put("stock JSON", "jdbc:avatica:remote:url=http://" + server.jdbcAddress());
            urls.put("stock protobuf",
                    "jdbc:avatica:remote:url=http://" + server.jdbcAddress() + ";serialization=protobuf");
            Map<String, long[]> nanos = new LinkedHashMap<>();
            urls.keySet().forEach(name -> nanos.put(name, new long[rounds]));
            for (int round = -warmUp; round < rounds; round++) {
                for (Map.Entry<String, String> url : urls.entrySet()) {
                    long took = fetch(url.getValue());
                    if (round >= 0) {
                        nanos.get(url.getKey())[round] = took;
                    }
                }
            }
            print(nanos);
        }
        return 0;
    }

    private void fill(Namespace namespace) {
        for (int from = 0; from < rows; from += STEPS) {
            List<Operation> steps = new ArrayList<>();
            for (int i = from; i < Math.min(rows, from + STEPS); i++) {
                steps.add(new Mutation.Create("default", Namespace.ROOT_INODE,
                        FileName.of(String.format("shard-%08d.parquet", i)), NewInode.file(0644)));
            }
            namespace.transact(steps, null);
        }
    }

    /** Nanoseconds from the execution to the last value. */
    private long fetch(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection
                        .createStatement()) {
            statement.setFetchSize(fetchSize);
            long start = System.nanoTime();
            int seen = 0;
            long check = 0;
            try (ResultSet result = statement.executeQuery(
                    "SELECT name, inode, type, size, mode, uid, mtime FROM entries WHERE parent = INODE_OF('/')")) {
                while (result.next()) {
                    check += result.getString(1).length() + result.getLong(2) + result.getString(3).length()
                            + result.getLong(4) + result.getInt(5) + result.getInt(6)
                            + result.getTimestamp(7).getNanos();
                    seen++;
                }
            }
            long took = System.nanoTime() - start;
            if (seen != rows || check == 0) {
                throw new IllegalStateException(url + " gave " + seen + " rows");
            }
            return took;
        }
    }

    private void print(Map<String, long[]> nanos) {
        long ours = median(nanos.get("ours"));
        System.out.printf("%d rows, 7 columns, fetch size %d, median of %d rounds%n", rows, fetchSize, rounds);
        System.out.printf("%-16s %10s %14s %12s%n", "driver", "ms", "rows/s", "time / ours");
        nanos.forEach((name, taken) -> {
            long median = median(taken);
            System.out.printf("%-16s %10.1f %14.0f %12.2f%n", name, median / 1e6, rows / (median / 1e9),
                    (double) median / ours);
        });
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
