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
    /** Waits for another transaction that holds a key to be written, before giving up: together about 0.7 s. */
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
        OnePhaseCommit.Request request = new OnePhaseCommit.Request(oracle.next(), readTs, mutations, false);
        LockWait lockWait = null;
        int moves = 0;
        while (true) {
            RegionDescriptor region = routed.locate(mutations.getFirst().key());
            if (!allWithin(region, mutations) || moves > Routed.ROUTE_PAUSES) {
                return commitInTwoPhases(readTs, mutations, annotation);
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
                        lockWait = lockWait == null ? new LockWait(store, ports, LOCK_PAUSES) : lockWait;
                        if (!lockWait.await(key, lock)) {
                            return new CommitAnswer.Busy(key);
                        }
                    }
                }
            }
        }
    }

    private CommitAnswer commitInTwoPhases(Timestamp readTs, List<Mutation> mutations, byte[] annotation) {
        LockWait lockWait = new LockWait(store, ports, LOCK_PAUSES);
        while (true) {
            TwoPhaseCommit attempt = new TwoPhaseCommit(store, routed, resolver, sequencer, oracle, ports, background,
                    lockTtlMillis, oracle.next(), readTs, mutations, annotation);
            switch (attempt.run()) {
                case TwoPhaseCommit.Try.Ended(CommitAnswer answer) -> {
                    return answer;
                }
                case TwoPhaseCommit.Try.Yielded(byte[] key, LockRecord lock) -> {
                    if (!lockWait.await(key, lock)) {
                        return new CommitAnswer.Busy(key);
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
