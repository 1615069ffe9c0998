package io.nokv.kv.store;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.control.time.Timestamp;
import io.nokv.control.time.TimestampOracle;
import io.nokv.kv.gc.SafePoint;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.kv.mvcc.VersionScan;
import io.nokv.kv.mvcc.VersionReader;
import io.nokv.kv.percolator.CheckTxnStatus;
import io.nokv.kv.percolator.Commit;
import io.nokv.kv.percolator.Evaluation;
import io.nokv.kv.percolator.Heartbeat;
import io.nokv.kv.percolator.KeyState;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.percolator.MutationRefusal;
import io.nokv.kv.percolator.OnePhaseCommit;
import io.nokv.kv.percolator.Prewrite;
import io.nokv.kv.percolator.ResolveLock;
import io.nokv.kv.percolator.Rollback;
import io.nokv.lsm.Engine;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.log.AppendOutcome;
import io.nokv.raft.log.RegionStore;
import io.nokv.raft.log.RegionTicket;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Takes transaction requests for the regions of one engine. Every answer about a write is durable when it is given.
 * Requests routed to the wrong region or epoch are refused by {@link Answer.Refused}; a request whose start lies below
 * the safe point is VERSION_TOO_OLD. Thread-safe.
 */
public final class KvStore {
    private final Engine engine;
    private final VersionReader versions;
    private final RegionStore regions;
    private final LockIndex locks;
    private final LatchTable latches;
    private final CommitSequencer sequencer;
    private final TimestampOracle oracle;
    private final SafePoint safePoint;

    /** The latest ticket; what an answer without writes may rest on. */
    private final AtomicReference<RegionTicket> newest = new AtomicReference<>();

    public KvStore(Engine engine, RegionStore regions, LockIndex locks, LatchTable latches, CommitSequencer sequencer,
            TimestampOracle oracle, SafePoint safePoint) {
        this.engine = engine;
        this.versions = new VersionReader(engine);
        this.regions = regions;
        this.locks = locks;
        this.latches = latches;
        this.sequencer = sequencer;
        this.oracle = oracle;
        this.safePoint = safePoint;
    }

    /** How a one-phase commit ended. */
    public sealed interface OnePhaseAnswer {
        /** Durable; read versions include it. */
        record Committed(Timestamp commitTs) implements OnePhaseAnswer {}

        /** Another transaction holds {@code key}. */
        record Locked(byte[] key, LockRecord lock) implements OnePhaseAnswer {}

        record Refused(MutationRefusal why) implements OnePhaseAnswer {}
    }

    /**
     * Commits a transaction all of whose keys lie in one region.
     *
     * @param annotation for the listeners, or null
     */
    public Answer<OnePhaseAnswer> commitOnePhase(RegionHeader header, OnePhaseCommit.Request request,
            byte[] annotation) {
        List<byte[]> keys = keysOf(request.mutations());
        RegionRefusal refusal = regions.admit(header, keys);
        if (refusal != null) {
            return new Answer.Refused<>(refusal);
        }
        safePoint.check(request.readTs());
        OnePhaseCommit.Outcome outcome;
        CommitSlot slot = null;
        RegionTicket seen = null;
        LatchTable.Held held = latches.acquire(keys);
        try {
            outcome = OnePhaseCommit.evaluate(request, latestState());
            if (outcome instanceof OnePhaseCommit.Outcome.Ready ready && !ready.isEmpty()) {
                switch (sequencer.place(annotation, commitTs -> append(header, ready.seal(commitTs)))) {
                    case CommitSequencer.Placed.Refused(RegionRefusal why) -> {
                        return new Answer.Refused<>(why);
                    }
                    case CommitSequencer.Placed.InLog(CommitSlot placed) -> slot = placed;
                }
            } else {
                seen = newest.get();
            }
        } finally {
            held.close();
        }
        if (seen != null) {
            // Nothing was written, so a failure here leaves nothing in doubt.
            seen.awaitDurable();
        }
        return new Answer.Done<>(switch (outcome) {
            case OnePhaseCommit.Outcome.Locked(byte[] key, LockRecord lock) -> new OnePhaseAnswer.Locked(key, lock);
            case OnePhaseCommit.Outcome.Refused(var why) -> new OnePhaseAnswer.Refused(why);
            case OnePhaseCommit.Outcome.Committed(Timestamp commitTs) -> {
                sequencer.awaitReadable(commitTs);
                yield new OnePhaseAnswer.Committed(commitTs);
            }
            case OnePhaseCommit.Outcome.Ready _ -> {
                if (slot == null) {
                    yield new OnePhaseAnswer.Committed(request.readTs());
                }
                sequencer.acknowledge(slot);
                yield new OnePhaseAnswer.Committed(slot.commitTs());
            }
        });
    }

    public Answer<Prewrite.Outcome> prewrite(RegionHeader header, Prewrite.Request request) {
        safePoint.check(request.readTs());
        return run(header, keysOf(request.mutations()), state -> Prewrite.evaluate(request, state));
    }

    public Answer<Commit.Outcome> commit(RegionHeader header, Commit.Request request) {
        return run(header, request.keys(), state -> Commit.evaluate(request, state));
    }

    public Answer<Rollback.Outcome> rollback(RegionHeader header, Rollback.Request request) {
        return run(header, request.keys(), state -> Rollback.evaluate(request, state));
    }

    /** How many locks were ended. */
    public Answer<Integer> resolve(RegionHeader header, ResolveLock.Request request) {
        return run(header, request.keys(), state -> ResolveLock.evaluate(request, state));
    }

    public Answer<CheckTxnStatus.Outcome> checkStatus(RegionHeader header, CheckTxnStatus.Request request) {
        return run(header, List.of(request.primary()), state -> CheckTxnStatus.evaluate(request, state));
    }

    public Answer<Heartbeat.Outcome> heartbeat(RegionHeader header, Heartbeat.Request request) {
        return run(header, List.of(request.primary()), state -> Heartbeat.evaluate(request, state));
    }

    /** Completes {@code over} once the transaction that started at {@code startTs} holds no lock on {@code key}. */
    public void onUnlock(byte[] key, Timestamp startTs, Promise<Void> over) {
        locks.onUnlock(key, startTs, over);
    }

    /** Takes back an {@link #onUnlock}. */
    public void forgetUnlock(byte[] key, Promise<Void> over) {
        locks.forgetUnlock(key, over);
    }

    private <O> Answer<O> run(RegionHeader header, List<byte[]> keys, Function<KeyState, Evaluation<O>> primitive) {
        RegionRefusal refusal = regions.admit(header, keys);
        if (refusal != null) {
            return new Answer.Refused<>(refusal);
        }
        O outcome;
        RegionTicket needed;
        LatchTable.Held held = latches.acquire(keys);
        try {
            Evaluation<O> evaluation = primitive.apply(latestState());
            outcome = evaluation.outcome();
            if (evaluation.writes().isEmpty()) {
                needed = newest.get();
            } else {
                switch (append(header, evaluation.writes())) {
                    case AppendOutcome.Refused(RegionRefusal why) -> {
                        return new Answer.Refused<>(why);
                    }
                    case AppendOutcome.Appended(RegionTicket ticket) -> needed = ticket;
                }
            }
        } finally {
            held.close();
        }
        awaitDurable(needed, keys);
        return new Answer.Done<>(outcome);
    }

    /**
     * Waits for what an answer rests on, also when it wrote nothing: what it saw may be a write of another request that
     * is still on its way to the disk, and an answer must not tell of what a power loss can take back.
     */
    private static void awaitDurable(RegionTicket ticket, List<byte[]> keys) {
        if (ticket == null) {
            return;
        }
        try {
            ticket.awaitDurable();
        } catch (RuntimeException e) {
            throw new NokvException(FailureCode.UNKNOWN_OUTCOME,
                    "a change of " + Bytes.show(keys.get(0)) + " may or may not survive: " + e.getMessage(), e);
        }
    }

    private AppendOutcome append(RegionHeader header, WriteBatch writes) {
        AppendOutcome outcome = regions.log(header.regionId()).append(header, writes);
        if (outcome instanceof AppendOutcome.Appended(RegionTicket ticket)) {
            newest.accumulateAndGet(ticket, (a, b) -> a == null || a.sequence() < b.sequence() ? b : a);
        }
        return outcome;
    }

    private EngineKeyState latestState() {
        return new EngineKeyState(versions, locks, oracle.current().millis());
    }

    private static List<byte[]> keysOf(List<Mutation> mutations) {
        List<byte[]> keys = new ArrayList<>(mutations.size());
        for (Mutation mutation : mutations) {
            keys.add(mutation.key());
        }
        return keys;
    }

    /** VERSION_TOO_OLD when the safe point has passed {@code point}. */
    public void requireReadable(ReadPoint point) {
        safePoint.check(point.at());
    }

    /** What a read of one key found. */
    public sealed interface ReadAnswer {
        record Row(byte[] value, Timestamp commitTs) implements ReadAnswer {}

        record Absent() implements ReadAnswer {
            static final Absent INSTANCE = new Absent();
        }

        /** A transaction under way may yet commit {@code key} at or below the read point. */
        record Locked(byte[] key, LockRecord lock) implements ReadAnswer {}
    }

    public Answer<ReadAnswer> get(RegionHeader header, byte[] key, ReadPoint point) {
        RegionRefusal refusal = regions.admit(header, List.of(key));
        if (refusal != null) {
            return new Answer.Refused<>(refusal);
        }
        LockRecord lock = locks.get(key);
        if (lock != null && point.isHeldUpBy(lock)) {
            return new Answer.Done<>(new ReadAnswer.Locked(key, lock));
        }
        ReadAnswer answer = read(key, point);
        // Afterwards: history at the read point may have been collected while this read was on its way.
        safePoint.check(point.at());
        return new Answer.Done<>(answer);
    }

    private ReadAnswer read(byte[] key, ReadPoint point) {
        WriteRecord record = versions.versionAt(key, point.at());
        if (record == null || !record.isPresentAt(point.at().millis())) {
            return ReadAnswer.Absent.INSTANCE;
        }
        if (!record.isLong()) {
            return new ReadAnswer.Row(record.value(), record.commitTs());
        }
        try {
            return new ReadAnswer.Row(versions.valueOf(key, record), record.commitTs());
        } catch (NokvException missing) {
            // Collected while this read was on its way, if the safe point has passed it; else it is damage.
            safePoint.check(point.at());
            throw missing;
        }
    }

    /**
     * Reads several keys of one region.
     *
     * @param sortedKeys ascending, without duplicates, not empty
     * @return one answer for each key; or a single Locked
     */
    public Answer<List<ReadAnswer>> multiGet(RegionHeader header, List<byte[]> sortedKeys, ReadPoint point) {
        RegionRefusal refusal = regions.admit(header, sortedKeys);
        if (refusal != null) {
            return new Answer.Refused<>(refusal);
        }
        if (locks.size() > 0) {
            for (byte[] key : sortedKeys) {
                LockRecord lock = locks.get(key);
                if (lock != null && point.isHeldUpBy(lock)) {
                    return new Answer.Done<>(List.of(new ReadAnswer.Locked(key, lock)));
                }
            }
        }
        List<ReadAnswer> answers = new ArrayList<>(sortedKeys.size());
        for (byte[] key : sortedKeys) {
            answers.add(read(key, point));
        }
        safePoint.check(point.at());
        return new Answer.Done<>(answers);
    }

    /** How opening a scan ended. */
    public sealed interface ScanAnswer {
        /**
         * The rows of {@code range}, which is what of the wanted range lies in the region; more may follow in the next
         * region. Close the scan.
         */
        record Opened(VersionScan scan, KeyRange range) implements ScanAnswer {}

        /** A transaction under way may yet commit {@code key}, within the range, at or below the read point. */
        record Locked(byte[] key, LockRecord lock) implements ScanAnswer {}
    }

    public Answer<ScanAnswer> scan(RegionHeader header, KeyRange wanted, boolean reverse, ReadPoint point) {
        RegionRefusal refusal = regions.admit(header);
        if (refusal != null) {
            return new Answer.Refused<>(refusal);
        }
        KeyRange range = wanted.intersect(regions.log(header.regionId()).descriptor().range());
        Map.Entry<byte[], LockRecord> lock = locks.first(range.from(), range.to(), point);
        if (lock != null) {
            return new Answer.Done<>(new ScanAnswer.Locked(lock.getKey(), lock.getValue()));
        }
        VersionScan scan = new VersionScan(engine, range.from(), range.to(), point.at(), reverse);
        try {
            safePoint.check(point.at());
        } catch (RuntimeException e) {
            scan.close();
            throw e;
        }
        return new Answer.Done<>(new ScanAnswer.Opened(scan, range));
    }
}
