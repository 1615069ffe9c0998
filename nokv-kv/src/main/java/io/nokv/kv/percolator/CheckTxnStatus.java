package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import java.util.Arrays;

/** Finds out, at its primary key, what became of a transaction; ends it when its time is over. */
public final class CheckTxnStatus {
    /**
     * @param callerTs a reader's timestamp that a commit must stay above, or {@link Timestamp#ZERO} to push nothing
     * @param rollbackIfMissing a transaction that left no trace here is rolled back for good instead of reported
     */
    public record Request(byte[] primary, Timestamp startTs, Timestamp callerTs, boolean rollbackIfMissing) {}

    /** How it ended. */
    public sealed interface Outcome {
        record Committed(Timestamp commitTs) implements Outcome {}

        /** It can never commit. */
        record RolledBack() implements Outcome {}

        /** Under way; it will not commit below {@code minCommitTs}. */
        record Alive(long ttlMillis, Timestamp minCommitTs) implements Outcome {}

        /** No trace yet; its primary may still be prewritten. */
        record Missing() implements Outcome {}

        /** The transaction's lock here names another primary: the caller was misled. */
        record NotPrimary(byte[] primary) implements Outcome {}
    }

    private CheckTxnStatus() {}

    public static Evaluation<Outcome> evaluate(Request request, KeyState state) {
        byte[] key = request.primary;
        LockRecord lock = state.lock(key);
        if (lock != null && lock.startTs().equals(request.startTs)) {
            return ofLocked(request, key, lock, state);
        }
        WriteRecord left = state.ofTransaction(key, request.startTs);
        if (left != null) {
            return Evaluation.nothing(left.kind() == WriteRecord.Kind.ROLLBACK
                    ? new Outcome.RolledBack()
                    : new Outcome.Committed(left.commitTs()));
        }
        if (!request.rollbackIfMissing) {
            return Evaluation.nothing(new Outcome.Missing());
        }
        WriteBatch batch = new WriteBatch().put(Family.WRITE, VersionedKey.at(key, request.startTs),
                WriteRecord.rollback(request.startTs).encode());
        return new Evaluation<>(batch, new Outcome.RolledBack());
    }

    private static Evaluation<Outcome> ofLocked(Request request, byte[] key, LockRecord lock, KeyState state) {
        if (!Arrays.equals(lock.primary(), key)) {
            return Evaluation.nothing(new Outcome.NotPrimary(lock.primary()));
        }
        if (lock.isExpiredAt(state.nowMillis())) {
            WriteBatch batch = new WriteBatch();
            Rollback.apply(key, lock, request.startTs, batch);
            return new Evaluation<>(batch, new Outcome.RolledBack());
        }
        if (request.callerTs.isBefore(lock.minCommitTs())) {
            return Evaluation.nothing(new Outcome.Alive(lock.ttlMillis(), lock.minCommitTs()));
        }
        LockRecord pushed = lock.withMinCommitTs(request.callerTs.next());
        return new Evaluation<>(new WriteBatch().put(Family.LOCK, key, pushed.encode()),
                new Outcome.Alive(pushed.ttlMillis(), pushed.minCommitTs()));
    }
}
