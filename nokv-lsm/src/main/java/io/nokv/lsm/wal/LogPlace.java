package io.nokv.lsm.wal;

/**
 * Where a record stands in the log.
 *
 * @param offset of its frame in the segment
 * @param bytes of the frame, padding included
 */
public record LogPlace(long segment, long offset, int bytes) {}
