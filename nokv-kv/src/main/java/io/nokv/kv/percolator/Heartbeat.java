package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;

/** A sign of life: lets the primary lock of a transaction stand longer. Never shortens. */
public final class Heartbeat {
    /** @param ttlMillis counted from the transaction's start */
    public record Request(byte[] primary, Timestamp startTs, long ttlMillis) {}

    /** How it ended. */
    public sealed interface Outcome {
        record Alive(long ttlMillis) implements Outcome {}

        /** The transaction holds no lock here: it ended, one way or the other. */
        record Gone() implements Outcome {}
    }

    private Heartbeat() {}

    public static Evaluation<Outcome> evaluate(Request request, KeyState state) {
        LockRecord lock = state.lock(request.primary);
        if (lock == null || !lock.startTs().equals(request.startTs)) {
            return Evaluation.nothing(new Outcome.Gone());
        }
        if (lock.ttlMillis() >= request.ttlMillis) {
            return Evaluation.nothing(new Outcome.Alive(lock.ttlMillis()));
        }
        return new Evaluation<>(
                new WriteBatch().put(Family.LOCK, request.primary, lock.withTtlMillis(request.ttlMillis).encode()),
                new Outcome.Alive(request.ttlMillis));
    }
}
