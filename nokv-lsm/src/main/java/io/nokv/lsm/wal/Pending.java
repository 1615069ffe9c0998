package io.nokv.lsm.wal;

import io.nokv.base.port.Promise;

/**
 * Ordered and not yet written. Everything has a position, counted since opening; {@code sequence} is the newest batch up
 * to and including this.
 */
sealed interface Pending {
    long sequence();

    long position();

    record Batch(long sequence, long position, byte[] payload) implements Pending {}

    /** @param payload with the head of a stream record */
    record Stream(long sequence, long position, LogRecord record, byte[] payload, Retention.Hold hold)
            implements
                Pending {}

    /** What follows begins a new segment. */
    record Rotation(long sequence, long position, Promise<Long> opened) implements Pending {}
}
