package io.nokv.benchmark.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Values that compress to about half, cut at random out of one pool. Thread-safe. */
final class Values {
    private static final int POOL_BYTES = 4 << 20;
    private static final int PIECE_BYTES = 64;

    private final byte[] pool = new byte[POOL_BYTES];

    /** Pieces of random bytes, each followed by as many that repeat. */
    Values(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int at = 0; at < POOL_BYTES; at += PIECE_BYTES) {
            for (int i = 0; i < PIECE_BYTES / 2; i++) {
                pool[at + i] = (byte) random.nextInt();
            }
            Arrays.fill(pool, at + PIECE_BYTES / 2, at + PIECE_BYTES, (byte) random.nextInt());
        }
    }

    byte[] next(SplittableRandom random, int bytes) {
        int from = random.nextInt(POOL_BYTES - bytes);
        return Arrays.copyOfRange(pool, from, from + bytes);
    }
}
