package io.nokv.lsm.memtable;

/**
 * A Bloom filter that grows in content, not in size, with one writer and many readers. All bits of a hash are in one word,
 * so that adding is one store and asking one load. Bits are only ever set, and they are set before their entry's sequence
 * number becomes visible: plain accesses are enough.
 */
final class HeadFilter {
    private static final int BITS_PER_WORD = 64;

    private final long[] words;
    private final int mask;

    /** @param bits rounded down to a power of two, at least 1,024 and at most 2^30 */
    HeadFilter(long bits) {
        int count = (int) Math.min(Long.highestOneBit(Math.max(1024, bits)), 1L << 30) / BITS_PER_WORD;
        words = new long[count];
        mask = count - 1;
    }

    private static long bitsOf(long hash) {
        return 1L << hash | 1L << (hash >>> 6) | 1L << (hash >>> 12);
    }

    private int wordOf(long hash) {
        return (int) (hash >>> 32) & mask;
    }

    void add(long hash) {
        words[wordOf(hash)] |= bitsOf(hash);
    }

    /** False: no such hash was added. */
    boolean mayContain(long hash) {
        long bits = bitsOf(hash);
        return (words[wordOf(hash)] & bits) == bits;
    }

    long bytes() {
        return 8L * words.length;
    }
}
