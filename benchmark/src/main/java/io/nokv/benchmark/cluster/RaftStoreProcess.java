package io.nokv.benchmark.cluster;

import io.nokv.raft.core.ReplicaOptions;
import io.nokv.raft.store.RaftStoreOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * One store as a process, for clusters of real processes. Arguments: id, directory, and {@code id=host:port} of every store of
 * the cluster, its own among them. Prints {@code ready} when it takes part; ends when it is killed.
 */
public final class RaftStoreProcess {
    private RaftStoreProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        long id = Long.parseLong(arguments[0]);
        Map<Long, String> addresses = new TreeMap<>();
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            addresses.put(Long.parseLong(arguments[i].substring(0, equals)), arguments[i].substring(equals + 1));
        }
        String own = addresses.get(id);
        int port = Integer.parseInt(own.substring(own.lastIndexOf(':') + 1));
        RaftNode node = new RaftNode(id, Path.of(arguments[1]), port, addresses::get, options());
        System.out.println("ready");
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(node::close));
        Thread.currentThread().join();
    }

    /** Faster to notice a dead leader than the usual ones, and to cut logs, so that snapshots are needed. */
    private static RaftStoreOptions options() {
        return RaftStoreOptions.defaults()
                .withTicks(50_000_000L, ReplicaOptions.defaults().withPromise(500_000_000L, 1_000)
                        .withLazyCommits(true))
                .withLogCuts(new RaftStoreOptions.LogCuts(500, 4 << 20, 100))
                .withTopology(new RaftStoreOptions.Topology(0, 0, 100));
    }
}
