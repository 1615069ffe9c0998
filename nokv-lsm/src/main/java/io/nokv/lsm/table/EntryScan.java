package io.nokv.lsm.table;

/** Reads entries that were not checked yet. Not thread-safe. */
final class EntryScan {
    private final byte[] bytes;
    private final int end;
    private int at;

    int shared;
    int own;
    long head;
    int valueBytes;

    EntryScan(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /** Reads the entry at {@code entry}; where the next one begins, or -1 when this is none. */
    int read(int entry) {
        at = entry;
        long sharedWide = varint(35);
        long ownWide = varint(35);
        long headWide = varint(64);
        long valueWide = varint(35);
        long limit = Integer.MAX_VALUE;
        if (at < 0 || sharedWide > limit || ownWide > limit || valueWide > limit || at + ownWide + valueWide > end) {
            return -1;
        }
        shared = (int) sharedWide;
        own = (int) ownWide;
        head = headWide;
        valueBytes = (int) valueWide;
        return (int) (at + ownWide + valueWide);
    }

    /** Up to {@code bits} bits; {@link #at} is negative from the first bad one on. */
    private long varint(int bits) {
        long value = 0;
        for (int shift = 0; shift < bits && at >= 0; shift += 7) {
            if (at >= end) {
                break;
            }
            int b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        at = -1;
        return 0;
    }
}
