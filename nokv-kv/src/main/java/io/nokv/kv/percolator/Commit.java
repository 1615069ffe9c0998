package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import java.util.List;

/** Second phase: turns this transaction's locks into versions. On the primary key, this is the moment of commit. */
public final class Commit {
    /** @param commitTs above {@code startTs}, taken after every prewrite succeeded */
    public record Request(List<byte[]> keys, Timestamp startTs, Timestamp commitTs) {}

    /** How it ended. Only {@link Committed} wrote. */
    public sealed interface Outcome {
        /** At {@code commitTs}: as asked, or of the first time when this was asked before. */
        record Committed(Timestamp commitTs) implements Outcome {}

        /** A reader has passed: the commit must not be below {@code minCommitTs}. Take a new timestamp and try again. */
        record TooEarly(Timestamp minCommitTs) implements Outcome {}

        /** Somebody rolled this transaction back. */
        record RolledBack(byte[] key) implements Outcome {}

        /** There is neither a lock nor evidence of this transaction at {@code key}: it was never prewritten. */
        record NotPrewritten(byte[] key) implements Outcome {}
    }

    private Commit() {}

    public static Evaluation<Outcome> evaluate(Request request, KeyState state) {
        if (!request.commitTs.isAfter(request.startTs)) {
            throw Verdict.malformed("commit at " + request.commitTs + " of a transaction that started at "
                    + request.startTs);
        }
        WriteBatch batch = new WriteBatch();
        Timestamp before = null;
        for (byte[] key : request.keys) {
            LockRecord lock = state.lock(key);
            boolean mine = lock != null && lock.startTs().equals(request.startTs);
            WriteRecord left = state.ofTransaction(key, request.startTs);
            if (left != null && left.kind() == WriteRecord.Kind.ROLLBACK) {
                return Evaluation.nothing(new Outcome.RolledBack(key));
            }
            if (left != null) {
                before = left.commitTs();
                if (mine) {
                    batch.delete(Family.LOCK, key);
                }
            } else if (!mine) {
                return Evaluation.nothing(new Outcome.NotPrewritten(key));
            } else if (lock.minCommitTs().isAfter(request.commitTs)) {
                return Evaluation.nothing(new Outcome.TooEarly(lock.minCommitTs()));
            } else {
                apply(key, lock, request.commitTs, batch);
            }
        }
        return new Evaluation<>(batch, new Outcome.Committed(before == null ? request.commitTs : before));
    }

    /** Replaces a lock by what it announced. */
    static void apply(byte[] key, LockRecord lock, Timestamp commitTs, WriteBatch batch) {
        batch.put(Family.WRITE, VersionedKey.at(key, commitTs), lock.committedAt(commitTs).encode());
        batch.delete(Family.LOCK, key);
    }
}
