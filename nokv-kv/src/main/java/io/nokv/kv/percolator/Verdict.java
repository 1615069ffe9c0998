package io.nokv.kv.percolator;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.WriteRecord;

/** Whether a mutation may be committed over the latest state. Locks were looked at before. */
sealed interface Verdict {
    record Fine(PendingWrite write) implements Verdict {}

    record Refused(MutationRefusal why) implements Verdict {}

    static Verdict of(Mutation mutation, Timestamp readTs, KeyState state) {
        byte[] key = mutation.key();
        WriteRecord newest = state.newest(key);
        boolean changed = newest != null && newest.commitTs().isAfter(readTs);
        return switch (mutation) {
            case Mutation.Put(_, byte[] value, long ttlMillis) -> changed
                    ? conflict(key, newest)
                    : new Fine(new PendingWrite(key, WriteRecord.Kind.PUT, value, ttlMillis, 0, Timestamp.ZERO));
            case Mutation.Insert(_, byte[] value, long ttlMillis) -> isPresent(newest, state)
                    ? new Refused(new MutationRefusal.AlreadyExists(key))
                    : changed
                            ? conflict(key, newest)
                            : new Fine(new PendingWrite(key, WriteRecord.Kind.PUT, value, ttlMillis, 0,
                                    Timestamp.ZERO));
            case Mutation.Delete _ -> changed
                    ? conflict(key, newest)
                    : new Fine(new PendingWrite(key, WriteRecord.Kind.DELETE, null, 0, 0, Timestamp.ZERO));
            case Mutation.Check _ -> changed ? conflict(key, newest) : new Fine(evidence(key));
            case Mutation.CheckAbsent _ -> isPresent(newest, state)
                    ? new Refused(new MutationRefusal.AlreadyExists(key))
                    : changed ? conflict(key, newest) : new Fine(evidence(key));
            case Mutation.Add add -> ofAdd(add, newest, readTs, state);
        };
    }

    private static Verdict ofAdd(Mutation.Add add, WriteRecord newest, Timestamp readTs, KeyState state) {
        byte[] key = add.key();
        if (add.unchanged() && newest != null && newest.commitTs().isAfter(readTs)) {
            return conflict(key, newest);
        }
        if (!isPresent(newest, state)) {
            return new Refused(new MutationRefusal.Missing(key));
        }
        if (newest.replacedAt().isAfter(readTs)) {
            return conflict(key, newest);
        }
        CounterRecord record = CounterRecord.decode(state.valueOf(key, newest));
        for (CounterRecord.Delta delta : add.deltas()) {
            record = record.apply(delta);
            if (record == null) {
                return new Refused(new MutationRefusal.OutOfBounds(key, delta.slot()));
            }
        }
        return new Fine(new PendingWrite(key, WriteRecord.Kind.ADD, record.encode(), 0, newest.expiresAtMillis(),
                newest.replacedAt()));
    }

    private static PendingWrite evidence(byte[] key) {
        return new PendingWrite(key, WriteRecord.Kind.LOCK, null, 0, 0, Timestamp.ZERO);
    }

    private static boolean isPresent(WriteRecord newest, KeyState state) {
        return newest != null && newest.isPresentAt(state.nowMillis());
    }

    private static Verdict conflict(byte[] key, WriteRecord newest) {
        return new Refused(new MutationRefusal.Conflict(key, newest.commitTs()));
    }

    /** Thrown for a request that contradicts itself. */
    static NokvException malformed(String what) {
        return new NokvException(FailureCode.INVALID_ARGUMENT, what);
    }
}
