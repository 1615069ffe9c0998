package io.nokv.kv.client;

import io.nokv.base.port.Ports;
import io.nokv.control.route.RouteTable;
import io.nokv.control.time.Timestamp;
import io.nokv.control.time.TimestampOracle;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.percolator.OnePhaseCommit;
import io.nokv.kv.store.Answer;
import io.nokv.kv.store.CommitSequencer;
import io.nokv.kv.store.KvStore;
import io.nokv.kv.store.KvStore.OnePhaseAnswer;
import io.nokv.raft.region.RegionDescriptor;
import java.util.List;

/**
 * Commits transactions: in one phase when all keys lie in one region, else in two. Thread-safe.
 *
 * @see TwoPhaseCommit
 */
public final class Committer {
    /** Pauses while another transaction holds a key that is to be written, before giving up: about 0.7 s. */
    static final int LOCK_PAUSES = 16;

    private final KvStore store;
    private final Routed routed;
    private final LockResolver resolver;
    private final CommitSequencer sequencer;
    private final TimestampOracle oracle;
    private final Ports ports;
    private final BackgroundWork background;
    private final long lockTtlMillis;

    /** @param lockTtlMillis how long locks of this client stand without a sign of life */
    public Committer(KvStore store, RouteTable routes, CommitSequencer sequencer, TimestampOracle oracle, Ports ports,
            BackgroundWork background, long lockTtlMillis) {
        this.store = store;
        this.routed = new Routed(routes, ports);
        this.resolver = new LockResolver(store, routed, oracle);
        this.sequencer = sequencer;
        this.oracle = oracle;
        this.ports = ports;
        this.background = background;
        this.lockTtlMillis = lockTtlMillis;
    }

    /** Reads at {@code at}, which read versions have reached. */
    public SnapshotReader reader(Timestamp at) {
        return new SnapshotReader(store, routed, resolver, ports, at);
    }

    /**
     * Commits all of {@code mutations} or nothing, durably.
     *
     * @param readTs what the transaction saw
     * @param mutations at least one, at most one for each key
     * @param annotation for the commit listeners, or null
     * @throws io.nokv.base.error.NokvException UNKNOWN_OUTCOME when it cannot be known whether it committed
     */
    public CommitAnswer commit(Timestamp readTs, List<Mutation> mutations, byte[] annotation) {
        Timestamp startTs = oracle.next();
        OnePhaseCommit.Request request = new OnePhaseCommit.Request(startTs, readTs, mutations, false);
        Backoff lockBackoff = null;
        int moves = 0;
        while (true) {
            RegionDescriptor region = routed.locate(mutations.getFirst().key());
            if (!allWithin(region, mutations) || moves > Routed.ROUTE_PAUSES) {
                return new TwoPhaseCommit(store, routed, resolver, sequencer, oracle, ports, background, lockTtlMillis,
                        startTs, readTs, mutations, annotation).run();
            }
            switch (store.commitOnePhase(region.header(), request, annotation)) {
                case Answer.Refused<OnePhaseAnswer> _ -> {
                    routed.refresh();
                    moves++;
                }
                case Answer.Done<OnePhaseAnswer>(OnePhaseAnswer.Committed(Timestamp commitTs)) -> {
                    return new CommitAnswer.Committed(commitTs);
                }
                case Answer.Done<OnePhaseAnswer>(OnePhaseAnswer.Refused(var why)) -> {
                    return new CommitAnswer.Refused(why);
                }
                case Answer.Done<OnePhaseAnswer>(OnePhaseAnswer.Locked(byte[] key, LockRecord lock)) -> {
                    if (!resolver.clear(key, lock)) {
                        lockBackoff = lockBackoff == null ? new Backoff(ports, LOCK_PAUSES) : lockBackoff;
                        if (!lockBackoff.pause()) {
                            return new CommitAnswer.Busy(key);
                        }
                    }
                }
            }
        }
    }

    private static boolean allWithin(RegionDescriptor region, List<Mutation> mutations) {
        for (Mutation mutation : mutations) {
            if (!region.range().contains(mutation.key())) {
                return false;
            }
        }
        return true;
    }
}
