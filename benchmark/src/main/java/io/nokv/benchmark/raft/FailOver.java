package io.nokv.benchmark.raft;

import io.nokv.benchmark.group.Pause;
import io.nokv.raft.core.ReplicaOptions;
import io.nokv.raft.store.RaftStoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills the leader, over and over, and measures how long nothing is acknowledged. */
@Command(name = "failover", mixinStandardHelpOptions = true, sortOptions = false, description = "Three processes of ours: how long writes stop when the leader is killed with kill -9 under load, and whether one is lost.")
final class FailOver implements Callable<Integer> {
    /** A store that was quiet for so long after a kill is a failure. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @Option(names = "--rounds", defaultValue = "50", description = "Leaders to kill (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--clients", defaultValue = "8", description = "Clients that write all the time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--settle", defaultValue = "1500", description = "Milliseconds between the moment when the killed store has caught up and the next kill (default: ${DEFAULT-VALUE}).")
    private int settleMillis;

    @Option(names = "--dir", defaultValue = "benchmark/target/raft-failover", description = "Where the replicas live; emptied first and removed at the end (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Double> gaps = new ArrayList<>();
        List<Double> clientGaps = new ArrayList<>();
        long acknowledged;
        long lost = 0;
        try (Scratch _ = new Scratch(directory); Members members = new Members(directory, 3)) {
            Writers writers = new Writers(members, clients, 100);
            try (writers) {
                for (int round = 1; round <= rounds; round++) {
                    Pause.millis(settleMillis);
                    long victim = members.awaitLeader().storeId();
                    writers.take();
                    double gap = kill(members, writers, victim);
                    members.start(victim);
                    members.awaitCaughtUp(victim);
                    List<Long> longest = new ArrayList<>(writers.take().longestNanos());
                    longest.forEach(nanos -> clientGaps.add(nanos / 1e6));
                    gaps.add(gap);
                    System.err.printf(Locale.ROOT,
                            "round %d: store %d killed, nobody heard for %.0f ms, the slowest client for %.0f ms%n",
                            round,
                            victim, gap, Collections.max(longest) / 1e6);
                }
                writers.stop();
            }
            acknowledged = writers.acknowledged();
            for (long id = 1; id <= 3; id++) {
                members.awaitCaughtUp(id);
                lost += writers.lost(id);
            }
        }
        Collections.sort(gaps);
        Collections.sort(clientGaps);
        ReplicaOptions replica = RaftStoreOptions.defaults().replica();
        double timeout = replica.electionTicks() * RaftStoreOptions.defaults().tickNanos() / 1e6;
        System.out.printf(Locale.ROOT,
                "%d kills of the leader, %d clients, election timeout %.0f ms%n"
                        + "between two acknowledged writes: median %.0f ms (%.2f timeouts), 9 of 10 below %.0f ms, worst %.0f ms%n"
                        + "as each client saw it: median %.0f ms, worst %.0f ms%n"
                        + "%,d acknowledged writes, %d of them missing on some store%n",
                rounds, clients, timeout, at(gaps, 0.5), at(gaps, 0.5) / timeout, at(gaps, 0.9), gaps.getLast(),
                at(clientGaps, 0.5), clientGaps.getLast(), acknowledged, lost);
        return lost == 0 ? 0 : 1;
    }

    /** Milliseconds between the last acknowledgement before and the first one after. */
    private static double kill(Members members, Writers writers, long victim) throws IOException, InterruptedException {
        members.kill(victim).waitFor();
        // What the dead leader acknowledged has come in when its sockets are closed.
        Pause.millis(50);
        long before = writers.lastNanos();
        long from = System.nanoTime();
        while (writers.lastNanos() == before) {
            if (System.nanoTime() - from > PATIENCE_NANOS) {
                throw new IOException("nothing is acknowledged a minute after store " + victim + " was killed");
            }
            Pause.millis(1);
        }
        return (writers.firstAfter(before) - before) / 1e6;
    }

    private static double at(List<Double> sorted, double part) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (part * sorted.size())));
    }
}
