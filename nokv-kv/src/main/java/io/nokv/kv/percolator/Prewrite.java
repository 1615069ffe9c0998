package io.nokv.kv.percolator;

import io.nokv.base.codec.Bytes;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.WriteBatch;
import java.util.Arrays;
import java.util.List;

/** First phase: locks the keys of a transaction that lie in one region, with what they will become. All or none. */
public final class Prewrite {
    /**
     * @param primary the key whose state will decide; one of the transaction's, in this request or another
     * @param startTs names the transaction; unique
     * @param readTs what the transaction saw; at or below {@code startTs}
     * @param ttlMillis how long the locks stand without a sign of life
     * @param mutations at most one for each key
     */
    public record Request(byte[] primary, Timestamp startTs, Timestamp readTs, long ttlMillis,
            List<Mutation> mutations) {}

    /** How it ended. Only {@link Prewritten} left locks. */
    public sealed interface Outcome {
        /** All keys are locked by this transaction, or were committed by it before. */
        record Prewritten() implements Outcome {}

        /** Another transaction holds {@code key}. */
        record Locked(byte[] key, LockRecord lock) implements Outcome {}

        record Refused(MutationRefusal why) implements Outcome {}

        /** Somebody rolled this transaction back; it can never commit. */
        record RolledBack(byte[] key) implements Outcome {}
    }

    private Prewrite() {}

    public static Evaluation<Outcome> evaluate(Request request, KeyState state) {
        WriteBatch batch = new WriteBatch();
        for (Mutation mutation : request.mutations) {
            byte[] key = mutation.key();
            LockRecord lock = state.lock(key);
            if (lock != null && lock.startTs().equals(request.startTs)) {
                if (!Arrays.equals(lock.primary(), request.primary)) {
                    throw Verdict.malformed(Bytes.show(key) + " was prewritten with primary "
                            + Bytes.show(lock.primary()) + " before");
                }
                continue;
            }
            // Also before a foreign lock: who was rolled back should learn that, not wait.
            WriteRecord left = state.ofTransaction(key, request.startTs);
            if (left != null) {
                if (left.kind() == WriteRecord.Kind.ROLLBACK) {
                    return Evaluation.nothing(new Outcome.RolledBack(key));
                }
                continue;
            }
            if (lock != null) {
                return Evaluation.nothing(new Outcome.Locked(key, lock));
            }
            switch (Verdict.of(mutation, request.readTs, state)) {
                case Verdict.Refused(MutationRefusal why) -> {
                    return Evaluation.nothing(new Outcome.Refused(why));
                }
                case Verdict.Fine(PendingWrite write) -> write.lock(request.primary, request.startTs,
                        request.ttlMillis, request.startTs.next(), batch);
            }
        }
        return new Evaluation<>(batch, new Outcome.Prewritten());
    }
}
