package io.nokv.lsm.table;

/**
 * A blocked Bloom filter (Putze, Sanders, Singler 2007): the hash picks one line of 64 bytes and all probes stay in it, so
 * that an answer costs one cache miss. About 1 % false positives at 10 bits per key, never a false negative. Immutable.
 */
final class BloomFilter {
    private static final int LINE_BYTES = 64;
    private static final int PROBES = 6;
    /** Part of the format: it never changes. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final byte[] lines;
    private final long lineCount;

    /** @param lines as {@link #build} made it; a length that is no multiple of 64 is refused with null by {@link #of} */
    private BloomFilter(byte[] lines) {
        this.lines = lines;
        this.lineCount = lines.length / LINE_BYTES;
    }

    /** Null when {@code lines} cannot be a filter. */
    static BloomFilter of(byte[] lines) {
        return lines.length == 0 || lines.length % LINE_BYTES != 0 ? null : new BloomFilter(lines);
    }

    /** The filter over {@code count} hashes. */
    static byte[] build(long[] hashes, int count, int bitsPerKey) {
        long bytes = ((long) count * bitsPerKey + LINE_BYTES * 8 - 1) / (LINE_BYTES * 8) * LINE_BYTES;
        byte[] lines = new byte[Math.toIntExact(Math.max(LINE_BYTES, bytes))];
        long lineCount = lines.length / LINE_BYTES;
        for (int i = 0; i < count; i++) {
            long hash = hashes[i];
            int line = line(hash, lineCount);
            int step = (int) (hash >>> 32) | 1;
            int probe = (int) hash;
            for (int p = 0; p < PROBES; p++) {
                int bit = probe >>> 23;
                lines[line + (bit >>> 3)] |= (byte) (1 << (bit & 7));
                probe += step;
            }
        }
        return lines;
    }

    private static int line(long hash, long lineCount) {
        return (int) (Math.unsignedMultiplyHigh(hash * SPREAD, lineCount) * LINE_BYTES);
    }

    boolean mayContain(long hash) {
        int line = line(hash, lineCount);
        int step = (int) (hash >>> 32) | 1;
        int probe = (int) hash;
        for (int p = 0; p < PROBES; p++) {
            int bit = probe >>> 23;
            if ((lines[line + (bit >>> 3)] & 1 << (bit & 7)) == 0) {
                return false;
            }
            probe += step;
        }
        return true;
    }
}
