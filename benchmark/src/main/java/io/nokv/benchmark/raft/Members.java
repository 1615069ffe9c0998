package io.nokv.benchmark.raft;

import io.nokv.benchmark.group.Pause;
import io.nokv.benchmark.group.Ports;
import io.nokv.proto.raft.v1.RegionStatus;
import io.nokv.raft.admin.AdminException;
import io.nokv.raft.admin.RaftAdminClient;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Member processes on loopback, each with a directory that outlives it, and one region over everything on the first three. */
final class Members implements AutoCloseable {
    static final long REGION = 1;
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** Who leads, as that store says. */
    record Leader(long storeId, RegionDescriptor region, long lastIndex) {}

    private final Path directory;
    private final Map<Long, String> addresses = new TreeMap<>();
    private final Map<Long, Process> processes = new TreeMap<>();
    private final Map<Long, RaftAdminClient> admins = new TreeMap<>();

    /** Starts them and waits for a leader. */
    Members(Path directory, int stores) throws IOException {
        this.directory = directory;
        int[] ports = Ports.free(stores);
        for (int i = 0; i < stores; i++) {
            addresses.put(i + 1L, "127.0.0.1:" + ports[i]);
            admins.put(i + 1L, RaftAdminClient.of(addresses.get(i + 1L), DEADLINE));
        }
        boolean up = false;
        try {
            for (long id : addresses.keySet()) {
                start(id);
            }
            RegionDescriptor all = new RegionDescriptor(REGION, KeyRange.ALL, RegionEpoch.FIRST,
                    List.of(new Peer(11, 1), new Peer(12, 2), new Peer(13, 3)));
            for (long id = 1; id <= 3; id++) {
                bootstrap(id, all);
            }
            awaitLeader();
            up = true;
        } finally {
            if (!up) {
                close();
            }
        }
    }

    private void bootstrap(long id, RegionDescriptor region) throws IOException {
        for (long from = System.nanoTime();; Pause.millis(20)) {
            try {
                admins.get(id).bootstrap(region);
                return;
            } catch (AdminException e) {
                if (System.nanoTime() - from > PATIENCE_NANOS) {
                    throw new IOException("store " + id + " does not come up", e);
                }
            }
        }
    }

    String address(long id) {
        return addresses.get(id);
    }

    Collection<String> addresses() {
        return addresses.values();
    }

    RaftAdminClient admin(long id) {
        return admins.get(id);
    }

    Collection<Process> processes() {
        return processes.values();
    }

    /** Starts a process; it takes part when it has opened what it has. */
    void start(long id) throws IOException {
        Path home = Files.createDirectories(directory.resolve("store-" + id));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1500m", "-XX:+UseParallelGC",
                "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                MemberProcess.class.getName(), Long.toString(id), home.toString()));
        addresses.forEach((store, address) -> command.add(store + "=" + address));
        processes.put(id, new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("store-" + id + ".log").toFile()))
                .start());
    }

    /** As {@code kill -9} does; does not wait. */
    Process kill(long id) {
        return processes.get(id).destroyForcibly();
    }

    /** Null when nobody says that he leads. Of two, who leads in the later term. */
    Leader leader() {
        Leader best = null;
        long term = -1;
        for (Map.Entry<Long, RaftAdminClient> admin : admins.entrySet()) {
            if (!processes.get(admin.getKey()).isAlive()) {
                continue;
            }
            try {
                RegionStatus status = admin.getValue().status(REGION);
                if (status.getStanding().equals("LEADER") && status.getTerm() > term) {
                    term = status.getTerm();
                    best = new Leader(admin.getKey(), RaftAdminClient.region(status), status.getLastIndex());
                }
            } catch (AdminException _) {
                // It is being opened, or has no replica: the others may know.
            }
        }
        return best;
    }

    Leader awaitLeader() throws IOException {
        for (long from = System.nanoTime(); System.nanoTime() - from < PATIENCE_NANOS; Pause.millis(20)) {
            Leader leader = leader();
            if (leader != null) {
                return leader;
            }
        }
        throw new IOException("nobody leads after two minutes");
    }

    /** Waits until the replica on {@code id} has applied what the leader had when this was called. */
    void awaitCaughtUp(long id) throws IOException {
        long wanted = awaitLeader().lastIndex;
        for (long from = System.nanoTime(); System.nanoTime() - from < PATIENCE_NANOS; Pause.millis(20)) {
            try {
                if (admins.get(id).status(REGION).getAppliedIndex() >= wanted) {
                    return;
                }
            } catch (AdminException _) {
                // It is being opened; it is asked again.
            }
        }
        throw new IOException("store " + id + " does not catch up");
    }

    @Override
    public void close() {
        admins.values().forEach(RaftAdminClient::close);
        processes.values().forEach(Process::destroyForcibly);
        for (Process process : processes.values()) {
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
