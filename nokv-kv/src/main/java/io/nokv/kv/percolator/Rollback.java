package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import java.util.List;

/** Undoes prewrites, and leaves evidence so that a late one is refused. */
public final class Rollback {
    public record Request(List<byte[]> keys, Timestamp startTs) {}

    /** How it ended. Only {@link RolledBack} wrote. */
    public sealed interface Outcome {
        record RolledBack() implements Outcome {}

        /** Too late: {@code key} was committed at {@code commitTs}. */
        record Committed(byte[] key, Timestamp commitTs) implements Outcome {}
    }

    private Rollback() {}

    public static Evaluation<Outcome> evaluate(Request request, KeyState state) {
        WriteBatch batch = new WriteBatch();
        for (byte[] key : request.keys) {
            WriteRecord left = state.ofTransaction(key, request.startTs);
            if (left != null && left.kind() != WriteRecord.Kind.ROLLBACK) {
                return Evaluation.nothing(new Outcome.Committed(key, left.commitTs()));
            }
            LockRecord lock = state.lock(key);
            boolean mine = lock != null && lock.startTs().equals(request.startTs);
            if (mine || left == null) {
                apply(key, mine ? lock : null, request.startTs, batch);
            }
        }
        return new Evaluation<>(batch, new Outcome.RolledBack());
    }

    /** @param lock the transaction's lock on {@code key}, or null */
    static void apply(byte[] key, LockRecord lock, Timestamp startTs, WriteBatch batch) {
        batch.put(Family.WRITE, VersionedKey.at(key, startTs), WriteRecord.rollback(startTs).encode());
        if (lock != null) {
            batch.delete(Family.LOCK, key);
            if (lock.isLong()) {
                batch.delete(Family.DEFAULT, VersionedKey.at(key, startTs));
            }
        }
    }
}
