package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;

/** Why a mutation cannot be committed. An answer, not a failure; nothing was written. */
public sealed interface MutationRefusal {
    byte[] key();

    /** Somebody else committed a change at {@code committedAt}, after the read version. */
    record Conflict(byte[] key, Timestamp committedAt) implements MutationRefusal {}

    /** A row that had to be absent is there. */
    record AlreadyExists(byte[] key) implements MutationRefusal {}

    /** A record that had to be there is absent. */
    record Missing(byte[] key) implements MutationRefusal {}

    /** The delta to {@code slot} would leave its bounds. */
    record OutOfBounds(byte[] key, int slot) implements MutationRefusal {}
}
