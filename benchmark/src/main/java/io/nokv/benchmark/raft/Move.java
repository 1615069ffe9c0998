package io.nokv.benchmark.raft;

import io.grpc.ManagedChannel;
import io.nokv.base.codec.ByteWriter;
import io.nokv.benchmark.group.Pause;
import io.nokv.proto.raft.v1.RegionStatus;
import io.nokv.raft.admin.AdminException;
import io.nokv.raft.admin.RaftAdminClient;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves a large region to a store that has nothing of it, while clients write. */
@Command(name = "move", mixinStandardHelpOptions = true, sortOptions = false, description = "Four processes of ours: how long it takes to move a replica of a large region to the fourth while clients write, and what they notice.")
final class Move implements Callable<Integer> {
    private static final int ROW_BYTES = 1_000;
    private static final int ROWS_PER_COMMAND = 256;
    private static final long PATIENCE_NANOS = 600_000_000_000L;
    private static final long CHANGE_NANOS = 60_000_000_000L;

    @Option(names = "--mebibytes", defaultValue = "1024", description = "Rows of 1,000 random bytes in the region (default: ${DEFAULT-VALUE}).")
    private int mebibytes;

    @Option(names = "--clients", defaultValue = "8", description = "Clients that write all the time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--seconds", defaultValue = "10", description = "Measured seconds before and after (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--dir", defaultValue = "benchmark/target/raft-move", description = "Where the replicas live; emptied first and removed at the end (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Scratch _ = new Scratch(directory); Members members = new Members(directory, 4)) {
            long began = System.nanoTime();
            load(members);
            for (long id = 1; id <= 3; id++) {
                members.awaitCaughtUp(id);
            }
            System.err.printf(Locale.ROOT, "loaded %d MiB in %.1f s%n", mebibytes, (System.nanoTime() - began) / 1e9);
            try (Writers writers = new Writers(members, clients, 100)) {
                rest(seconds);
                writers.take();
                rest(seconds);
                print("before", writers.take().micros(), seconds);
                long victim = members.awaitLeader().storeId() == 3 ? 2 : 3;
                long from = System.nanoTime();
                change(members, header -> admin(members).addPeer(header, 4));
                awaitLearner(members);
                double learned = (System.nanoTime() - from) / 1e9;
                change(members, header -> admin(members).replacePeer(header, victim, 4));
                awaitVoter(members);
                double moved = (System.nanoTime() - from) / 1e9;
                print("during", writers.take().micros(), moved);
                System.out.printf(Locale.ROOT, "the new replica had everything after %.1f s and voted after %.1f s%n",
                        learned, moved);
                rest(2);
                writers.take();
                rest(seconds);
                print("after", writers.take().micros(), seconds);
                writers.stop();
                members.awaitCaughtUp(4);
                long lost = writers.lost(4);
                System.out.printf(Locale.ROOT, "%,d acknowledged writes, %d of them missing on the new store%n",
                        writers.acknowledged(), lost);
                return lost == 0 ? 0 : 1;
            }
        }
    }

    private static void rest(int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() - end < 0) {
            Pause.millis(20);
        }
    }

    private static void print(String when, Histogram micros, double seconds) {
        System.out.printf(Locale.ROOT, "%s: %,.0f writes/s, p50 %.2f ms, p99 %.2f ms, max %.1f ms%n", when,
                micros.getTotalCount() / seconds, micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3, micros.getMaxValue() / 1e3);
    }

    private void load(Members members) throws IOException {
        Members.Leader leader = members.awaitLeader();
        ManagedChannel channel = RowCall.connect(members.address(leader.storeId()));
        try {
            Random random = new Random(7);
            byte[] value = new byte[ROW_BYTES];
            long rows = ((long) mebibytes << 20) / ROW_BYTES;
            for (long row = 0; row < rows;) {
                ByteWriter command = new ByteWriter(ROWS_PER_COMMAND * (ROW_BYTES + 16)).u8(0);
                for (int i = 0; i < ROWS_PER_COMMAND; i++) {
                    random.nextBytes(value);
                    command.bytes(new ByteWriter(9).u8('l').u64(row++).toBytes()).bytes(value);
                }
                byte[] request = RowCall.request(RowCall.WRITE, leader.region().header(), command.toBytes());
                while (RowCall.call(channel, request) == null) {
                    Pause.millis(20);
                }
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private interface Change {
        void ask(RegionHeader header);
    }

    private static RaftAdminClient admin(Members members) {
        try {
            return members.admin(members.awaitLeader().storeId());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Asks until it is taken; an answer that is late may have been a yes, and then the next is a no. */
    private static void change(Members members, Change change) throws IOException {
        RegionDescriptor before = members.awaitLeader().region();
        AdminException last = null;
        for (long from = System.nanoTime(); System.nanoTime() - from < CHANGE_NANOS; Pause.millis(50)) {
            RegionDescriptor now = members.awaitLeader().region();
            if (now.epoch().confVersion() != before.epoch().confVersion()) {
                return;
            }
            try {
                change.ask(now.header());
            } catch (AdminException e) {
                // Refused as things are, or not answered in time: the descriptor tells.
                last = e;
            }
        }
        throw new IOException("the members do not change", last);
    }

    /** The learner has applied what the leader had when this was looked at last. */
    private static void awaitLearner(Members members) throws IOException {
        for (long from = System.nanoTime(); System.nanoTime() - from < PATIENCE_NANOS; Pause.millis(20)) {
            long wanted = members.awaitLeader().lastIndex();
            try {
                RegionStatus status = members.admin(4).status(Members.REGION);
                if (status.hasRegion() && status.getAppliedIndex() + 5_000 >= wanted) {
                    return;
                }
            } catch (AdminException _) {
                // It has not heard of the region yet.
            }
        }
        throw new IOException("the new replica does not get the rows");
    }

    private static void awaitVoter(Members members) throws IOException {
        for (long from = System.nanoTime(); System.nanoTime() - from < PATIENCE_NANOS; Pause.millis(20)) {
            RegionDescriptor region = members.awaitLeader().region();
            if (region.peers().size() == 3 && region.peerOn(4) != null
                    && region.peerOn(4).role() == io.nokv.raft.region.Peer.Role.VOTER) {
                return;
            }
        }
        throw new IOException("the new replica does not come to vote");
    }
}
