package io.nokv.lsm.memtable;

/**
 * One version of a key in a {@link RadixTree}, linked to the next older one. Newer versions are put in front, so the links
 * never change. {@link #jump} skips ahead as in Myers' random-access stack ("An applicative random-access stack", 1983):
 * the first version at or below a sequence number, and the oldest one, are found in a logarithmic number of steps.
 */
final class RadixEntry {
    /** Header, references and numbers of an entry; its key and value are arrays with headers of their own. */
    static final int OVERHEAD_BYTES = 48 + 2 * 16;

    final byte[] key;
    final long sequence;
    final RadixEntry older;
    private final RadixEntry jump;
    private final int count;

    /** Where the value is; null for a tombstone. These three change only before its sequence is visible. */
    volatile byte[] value;
    int offset;
    int length;

    /** @param older null for the first version of the key */
    RadixEntry(byte[] key, long sequence, byte[] value, int offset, int length, RadixEntry older) {
        this.key = key;
        this.sequence = sequence;
        this.offset = offset;
        this.length = length;
        this.value = value;
        this.older = older;
        this.count = older == null ? 1 : older.count + 1;
        if (older == null) {
            this.jump = null;
        } else {
            RadixEntry far = older.jump;
            boolean same = far != null && far.jump != null && older.count - far.count == far.count - far.jump.count;
            this.jump = same ? far.jump : older;
        }
    }

    /** The newest version at or below {@code at}, or null. */
    RadixEntry atOrBelow(long at) {
        RadixEntry entry = this;
        while (entry != null && entry.sequence > at) {
            entry = entry.jump != null && entry.jump.sequence > at ? entry.jump : entry.older;
        }
        return entry;
    }

    /** The oldest version above {@code at}, or null when this one, the newest, is not above. */
    RadixEntry lastAbove(long at) {
        if (sequence <= at) {
            return null;
        }
        RadixEntry entry = this;
        while (entry.older != null && entry.older.sequence > at) {
            entry = entry.jump.sequence > at ? entry.jump : entry.older;
        }
        return entry;
    }

    RadixEntry oldest() {
        RadixEntry entry = this;
        while (entry.jump != null) {
            entry = entry.jump;
        }
        return entry;
    }
}
