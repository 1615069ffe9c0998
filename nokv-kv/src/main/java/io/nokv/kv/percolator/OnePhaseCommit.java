package io.nokv.kv.percolator;

import io.nokv.base.codec.Bytes;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.WriteBatch;
import java.util.ArrayList;
import java.util.List;

/** Commits a transaction whose keys all lie in one region, in one step and without locks. */
public final class OnePhaseCommit {
    /**
     * @param startTs names the transaction; unique
     * @param readTs what the transaction saw; at or below {@code startTs}
     * @param mutations at most one for each key
     * @param repeated this may have been asked before, with the answer lost: look for what the first time left
     */
    public record Request(Timestamp startTs, Timestamp readTs, List<Mutation> mutations, boolean repeated) {}

    /** How it ended. */
    public sealed interface Outcome {
        /** Everything may be committed, at whatever timestamp comes next: append {@link #seal}. */
        record Ready(Timestamp startTs, List<PendingWrite> writes) implements Outcome {
            /** True for a transaction of checks alone: they hold, and there is nothing to append. */
            public boolean isEmpty() {
                return writes.isEmpty();
            }

            public WriteBatch seal(Timestamp commitTs) {
                WriteBatch batch = new WriteBatch();
                for (PendingWrite write : writes) {
                    write.commit(startTs, commitTs, batch);
                }
                return batch;
            }
        }

        /** It was committed before, at {@code commitTs}. */
        record Committed(Timestamp commitTs) implements Outcome {}

        /** Another transaction holds {@code key}. */
        record Locked(byte[] key, LockRecord lock) implements Outcome {}

        record Refused(MutationRefusal why) implements Outcome {}
    }

    private OnePhaseCommit() {}

    public static Outcome evaluate(Request request, KeyState state) {
        if (request.repeated) {
            for (Mutation mutation : request.mutations) {
                WriteRecord left = state.ofTransaction(mutation.key(), request.startTs);
                if (left != null && left.kind() != WriteRecord.Kind.ROLLBACK) {
                    return new Outcome.Committed(left.commitTs());
                }
            }
        }
        List<PendingWrite> writes = new ArrayList<>(request.mutations.size());
        for (Mutation mutation : request.mutations) {
            LockRecord lock = state.lock(mutation.key());
            if (lock != null) {
                if (lock.startTs().equals(request.startTs)) {
                    throw Verdict.malformed(Bytes.show(mutation.key()) + " was prewritten by the same transaction");
                }
                return new Outcome.Locked(mutation.key(), lock);
            }
            switch (Verdict.of(mutation, request.readTs, state)) {
                case Verdict.Refused(MutationRefusal why) -> {
                    return new Outcome.Refused(why);
                }
                case Verdict.Fine(PendingWrite write) -> {
                    if (mutation.writes()) {
                        writes.add(write);
                    }
                }
            }
        }
        return new Outcome.Ready(request.startTs, writes);
    }
}
