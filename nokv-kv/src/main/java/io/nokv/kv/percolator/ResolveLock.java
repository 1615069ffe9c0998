package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.lsm.WriteBatch;
import java.util.List;

/** Ends locks of a transaction whose fate is known from its primary key. Locks of others are left alone. */
public final class ResolveLock {
    /** @param commitTs the commit of the transaction, or null when it was rolled back */
    public record Request(List<byte[]> keys, Timestamp startTs, Timestamp commitTs) {}

    private ResolveLock() {}

    /** How many locks were ended. */
    public static Evaluation<Integer> evaluate(Request request, KeyState state) {
        WriteBatch batch = new WriteBatch();
        int ended = 0;
        for (byte[] key : request.keys) {
            LockRecord lock = state.lock(key);
            if (lock == null || !lock.startTs().equals(request.startTs)) {
                continue;
            }
            if (request.commitTs == null) {
                Rollback.apply(key, lock, request.startTs, batch);
            } else {
                Commit.apply(key, lock, request.commitTs, batch);
            }
            ended++;
        }
        return new Evaluation<>(batch, ended);
    }
}
