package io.nokv.kv.client;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.control.time.Timestamp;
import io.nokv.control.time.TimestampOracle;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.percolator.Commit;
import io.nokv.kv.percolator.Heartbeat;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.percolator.Prewrite;
import io.nokv.kv.percolator.ResolveLock;
import io.nokv.kv.percolator.Rollback;
import io.nokv.kv.store.Answer;
import io.nokv.kv.store.CommitSequencer;
import io.nokv.kv.store.CommitSlot;
import io.nokv.kv.store.KvStore;
import io.nokv.raft.region.RegionDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One commit over several regions: prewrites in parallel, then the commit timestamp, then the primary key, which
 * decides; the other keys follow in the background. Before the primary commits, any failure undoes every prewrite that
 * was tried. Used once, by one flow.
 */
final class TwoPhaseCommit {
    /** How often readers may push the commit timestamp before this gives up. */
    private static final int COMMIT_TRIES = 50;

    private final KvStore store;
    private final Routed routed;
    private final LockResolver resolver;
    private final CommitSequencer sequencer;
    private final TimestampOracle oracle;
    private final Ports ports;
    private final BackgroundWork background;
    private final long lockTtlMillis;
    private final Timestamp startTs;
    private final Timestamp readTs;
    private final List<Mutation> mutations;
    private final byte[] annotation;
    private final byte[] primary;
    private volatile boolean ended;
    private volatile Scheduler.Timer heartbeat;

    TwoPhaseCommit(KvStore store, Routed routed, LockResolver resolver, CommitSequencer sequencer,
            TimestampOracle oracle, Ports ports, BackgroundWork background, long lockTtlMillis, Timestamp startTs,
            Timestamp readTs, List<Mutation> mutations, byte[] annotation) {
        this.store = store;
        this.routed = routed;
        this.resolver = resolver;
        this.sequencer = sequencer;
        this.oracle = oracle;
        this.ports = ports;
        this.background = background;
        this.lockTtlMillis = lockTtlMillis;
        this.startTs = startTs;
        this.readTs = readTs;
        this.mutations = mutations;
        this.annotation = annotation;
        this.primary = primaryOf(mutations);
    }

    private static byte[] primaryOf(List<Mutation> mutations) {
        for (Mutation mutation : mutations) {
            if (mutation.writes()) {
                return mutation.key();
            }
        }
        return mutations.getFirst().key();
    }

    /** How one try ended; everything but a commit left no locks. */
    sealed interface Try {
        record Ended(CommitAnswer answer) implements Try {}

        /**
         * An older transaction holds {@code key}. Waiting for it with locks of one's own could be a deadlock, so they
         * were given up; wait without them and try again, as a new transaction with the same read timestamp.
         */
        record Yielded(byte[] key, LockRecord lock) implements Try {}
    }

    Try run() {
        scheduleHeartbeat();
        try {
            Try refusal;
            try {
                refusal = prewriteAll();
            } catch (RuntimeException | Error e) {
                rollbackAfter(e);
                throw e;
            }
            if (refusal != null) {
                rollbackAll();
                return refusal;
            }
            return new Try.Ended(commitPrimary());
        } finally {
            ended = true;
            Scheduler.Timer timer = heartbeat;
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    private void scheduleHeartbeat() {
        heartbeat = ports.scheduler().after(lockTtlMillis * 1_000_000L / 3, "txn-heartbeat", () -> {
            if (ended) {
                return;
            }
            long ttl = oracle.current().millis() - startTs.millis() + lockTtlMillis;
            Heartbeat.Request request = new Heartbeat.Request(primary, startTs, ttl);
            try {
                routed.call(primary, region -> store.heartbeat(region.header(), request));
            } catch (NokvException e) {
                // Not heard: the commit itself will find out whether the lock still stands.
                return;
            }
            if (!ended) {
                scheduleHeartbeat();
            }
        });
    }

    /** Null when every key is locked; else why not. */
    private Try prewriteAll() {
        List<List<Mutation>> groups = groups(mutations);
        List<Promise<Try>> running = new ArrayList<>();
        for (List<Mutation> group : groups.subList(1, groups.size())) {
            Promise<Try> promise = ports.scheduler().promise();
            running.add(promise);
            background.run("txn-prewrite", () -> {
                try {
                    promise.complete(prewrite(group));
                } catch (RuntimeException | Error e) {
                    promise.fail(e);
                }
            });
        }
        Try refusal = null;
        Throwable failure = null;
        try {
            refusal = prewrite(groups.getFirst());
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        // Every flow is waited for, also after a failure: a prewrite must not come after its rollback for nothing.
        for (Promise<Try> promise : running) {
            try {
                Try answer = promise.await();
                refusal = refusal == null ? answer : refusal;
            } catch (RuntimeException | Error e) {
                failure = failure == null ? e : failure;
            }
        }
        switch (failure) {
            case null -> {
                return refusal;
            }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(failure);
        }
    }

    private List<List<Mutation>> groups(List<Mutation> of) {
        Map<Long, List<Mutation>> byRegion = new LinkedHashMap<>();
        for (Mutation mutation : of) {
            byRegion.computeIfAbsent(routed.locate(mutation.key()).id(), _ -> new ArrayList<>()).add(mutation);
        }
        return new ArrayList<>(byRegion.values());
    }

    private Try prewrite(List<Mutation> group) {
        Prewrite.Request request = new Prewrite.Request(primary, startTs, readTs, lockTtlMillis, group);
        LockWait lockWait = new LockWait(store, ports, Committer.LOCK_PAUSES);
        Backoff routeBackoff = new Backoff(ports, Routed.ROUTE_PAUSES);
        while (true) {
            RegionDescriptor region = routed.locate(group.getFirst().key());
            switch (store.prewrite(region.header(), request)) {
                case Answer.Refused<Prewrite.Outcome>(var why) -> {
                    routed.refresh();
                    List<List<Mutation>> regrouped = groups(group);
                    if (regrouped.size() > 1) {
                        return prewriteEach(regrouped);
                    }
                    if (!routeBackoff.pause()) {
                        throw new NokvException(FailureCode.OVERLOADED, "the region of "
                                + Bytes.show(group.getFirst().key()) + " cannot be found: " + why);
                    }
                }
                case Answer.Done<Prewrite.Outcome>(Prewrite.Outcome.Prewritten _) -> {
                    return null;
                }
                case Answer.Done<Prewrite.Outcome>(Prewrite.Outcome.Refused(var why)) -> {
                    return new Try.Ended(new CommitAnswer.Refused(why));
                }
                case Answer.Done<Prewrite.Outcome>(Prewrite.Outcome.RolledBack(byte[] key)) -> {
                    return new Try.Ended(new CommitAnswer.Busy(key));
                }
                case Answer.Done<Prewrite.Outcome>(Prewrite.Outcome.Locked(byte[] key, LockRecord lock)) -> {
                    if (!resolver.clear(key, lock)) {
                        // Only older transactions wait for younger ones with locks in hand, so no circle can close.
                        if (lock.startTs().isBefore(startTs)) {
                            return new Try.Yielded(key, lock);
                        }
                        if (!lockWait.await(key, lock)) {
                            return new Try.Ended(new CommitAnswer.Busy(key));
                        }
                    }
                }
            }
        }
    }

    private Try prewriteEach(List<List<Mutation>> groups) {
        for (List<Mutation> group : groups) {
            Try refusal = prewrite(group);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private CommitAnswer commitPrimary() {
        for (int i = 0; i < COMMIT_TRIES; i++) {
            CommitSlot slot;
            Commit.Outcome outcome;
            try {
                slot = sequencer.reserve(annotation);
            } catch (RuntimeException | Error e) {
                rollbackAfter(e);
                throw e;
            }
            try {
                Commit.Request request = new Commit.Request(List.of(primary), startTs, slot.commitTs());
                outcome = routed.call(primary, region -> store.commit(region.header(), request));
            } catch (NokvException e) {
                if (e.code() == FailureCode.UNKNOWN_OUTCOME) {
                    throw sequencer.lose(slot, e);
                }
                sequencer.abandon(slot);
                rollbackAfter(e);
                throw e;
            } catch (RuntimeException | Error e) {
                throw sequencer.lose(slot, new NokvException(FailureCode.INTERNAL, "commit broke off", e));
            }
            switch (outcome) {
                case Commit.Outcome.Committed _ -> {
                    background.run("txn-secondaries", () -> commitSecondaries(slot.commitTs()));
                    sequencer.settle(slot);
                    return new CommitAnswer.Committed(slot.commitTs());
                }
                case Commit.Outcome.TooEarly(Timestamp minCommitTs) -> {
                    sequencer.abandon(slot);
                    oracle.passBy(minCommitTs);
                }
                case Commit.Outcome.RolledBack(byte[] key) -> {
                    sequencer.abandon(slot);
                    rollbackAll();
                    return new CommitAnswer.Busy(key);
                }
                case Commit.Outcome.NotPrewritten(byte[] key) -> {
                    sequencer.abandon(slot);
                    rollbackAll();
                    return new CommitAnswer.Busy(key);
                }
            }
        }
        rollbackAll();
        return new CommitAnswer.Busy(primary);
    }

    private void commitSecondaries(Timestamp commitTs) {
        try {
            forEachRegionOfRest(keys -> region -> store.resolve(region.header(),
                    new ResolveLock.Request(keys, startTs, commitTs)) instanceof Answer.Done<Integer>);
        } catch (NokvException e) {
            // The locks that are left are ended by whoever meets them: the primary says that this is committed.
            return;
        }
    }

    /** Ends every prewrite of this transaction and bars late ones. */
    private void rollbackAll() {
        Rollback.Request first = new Rollback.Request(List.of(primary), startTs);
        Rollback.Outcome outcome = routed.call(primary, region -> store.rollback(region.header(), first));
        if (outcome instanceof Rollback.Outcome.Committed(_, Timestamp commitTs)) {
            throw new NokvException(FailureCode.INTERNAL,
                    "transaction " + startTs + " was to be rolled back but is committed at " + commitTs);
        }
        forEachRegionOfRest(keys -> region -> store.rollback(region.header(),
                new Rollback.Request(keys, startTs)) instanceof Answer.Done<Rollback.Outcome>);
    }

    /** As {@link #rollbackAll}; a failure of that is kept with {@code cause}, and the locks are left to their time. */
    private void rollbackAfter(Throwable cause) {
        try {
            rollbackAll();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** One request about keys of one region; false when the region refused it. */
    private interface Step {
        boolean runOn(RegionDescriptor region);
    }

    private interface StepOver {
        Step of(List<byte[]> keys);
    }

    private void forEachRegionOfRest(StepOver stepOver) {
        List<byte[]> rest = new ArrayList<>();
        for (Mutation mutation : mutations) {
            if (mutation.key() != primary) {
                rest.add(mutation.key());
            }
        }
        Backoff backoff = new Backoff(ports, Routed.ROUTE_PAUSES);
        while (!rest.isEmpty()) {
            RegionDescriptor region = routed.locate(rest.getFirst());
            List<byte[]> here = new ArrayList<>();
            List<byte[]> elsewhere = new ArrayList<>();
            for (byte[] key : rest) {
                (region.range().contains(key) ? here : elsewhere).add(key);
            }
            if (stepOver.of(here).runOn(region)) {
                rest = elsewhere;
            } else {
                routed.refresh();
                if (!backoff.pause()) {
                    throw new NokvException(FailureCode.OVERLOADED,
                            "the region of " + Bytes.show(rest.getFirst()) + " cannot be found");
                }
            }
        }
    }
}
