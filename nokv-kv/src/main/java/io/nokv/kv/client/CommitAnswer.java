package io.nokv.kv.client;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.percolator.MutationRefusal;

/** How a commit ended. Everything but {@link Committed} changed nothing. */
public sealed interface CommitAnswer {
    /** Durable; read versions include it. */
    record Committed(Timestamp commitTs) implements CommitAnswer {}

    record Refused(MutationRefusal why) implements CommitAnswer {}

    /** Another transaction held {@code key} for too long, or took it over; start again. */
    record Busy(byte[] key) implements CommitAnswer {}
}
