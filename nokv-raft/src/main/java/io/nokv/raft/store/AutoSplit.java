package io.nokv.raft.store;

import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.raft.region.RegionHeader;
import java.util.List;

/**
 * Splits a region that has grown too large or is asked too much. Looks when enough was written, or when a window of requests
 * ends; never at regions in which nothing happens. Used by the region's loop alone.
 */
final class AutoSplit {
    /** How many times the size is looked at while a region grows to the limit. */
    private static final int LOOKS = 8;

    private final HostedRegion region;
    private final HostedStore store;
    private long writtenBytes;
    private long requests;
    private long windowTicks;
    private boolean looking;
    /** In the window that ended last. */
    private volatile long lastRequests;

    AutoSplit(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    /** Entries of {@code bytes} were applied. */
    void wrote(long bytes) {
        long limit = store.options().topology().splitBytes();
        writtenBytes += bytes;
        if (limit > 0 && writtenBytes > limit / LOOKS && region.isLeader()) {
            writtenBytes = 0;
            look(limit);
        }
    }

    void asked(long times) {
        requests += times;
    }

    /** Requests in the window that ended last; 0 of one that sleeps. For any flow. */
    long recentRequests() {
        return region.isAwake() ? lastRequests : 0;
    }

    /** How many requests in a window are too many; 0 when no number is. */
    static long tooMany(RaftStoreOptions options) {
        RaftStoreOptions.Topology topology = options.topology();
        double seconds = topology.loadTicks() * (double) options.tickNanos() / 1e9;
        return topology.splitRequestsPerSecond() == 0
                ? 0
                : Math.max(1, (long) (topology.splitRequestsPerSecond() * seconds));
    }

    void tick() {
        if (++windowTicks >= store.options().topology().loadTicks()) {
            long limit = tooMany(store.options());
            if (limit > 0 && requests > limit && region.isLeader()) {
                look(0);
            }
            lastRequests = requests;
            windowTicks = 0;
            requests = 0;
        }
    }

    /** Splits in two if there are more than {@code limit} bytes; reads indexes of tables, on a flow of its own. */
    private void look(long limit) {
        if (looking || !store.rules().regionsChangeByThemselves() || region.record().frozen() != null
                || region.record().membership().isJoint()) {
            return;
        }
        looking = true;
        RegionHeader header = region.record().region().header();
        Range range = SnapshotMaker.range(region.record().region().range());
        store.scheduler().execute("raft-split-look", () -> {
            try {
                byte[] key = middle(range, limit);
                if (key != null && region.record().region().range().contains(key)) {
                    store.counters().autoSplits.increment();
                    store.split(header, List.of(key));
                }
            } catch (RuntimeException e) {
                store.noted("split", region.id, e);
            } finally {
                region.loop.post(() -> looking = false);
            }
        });
    }

    /** Null when there is not enough to be split. */
    private byte[] middle(Range range, long limit) {
        Engine engine = store.engine();
        long all = 0;
        long most = -1;
        Family largest = null;
        for (Family family : store.applier().families().stream().sorted().toList()) {
            long bytes = engine.approximateBytes(family, range);
            all += bytes;
            if (bytes > most) {
                most = bytes;
                largest = family;
            }
        }
        if (largest == null || all <= limit) {
            return null;
        }
        List<byte[]> keys = engine.splitKeys(largest, range, 2);
        return keys.isEmpty() ? null : keys.getFirst();
    }
}
