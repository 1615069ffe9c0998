package io.nokv.benchmark.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Rows as a file namespace has them: keys of 30 to 60 bytes of which those of a directory share 25, values of 60 to 150
 * bytes; a third of the rows lie in directories of 100 entries, a third in such of 1,000, a third in such of 10,000.
 */
final class NamespaceShape {
    static final int[] SIZES = {100, 1_000, 10_000};
    static final int MULTI_GET_KEYS = 1_000;
    private static final int BATCH = 100;

    private final Values values;
    private final int[] directories = new int[SIZES.length];

    NamespaceShape(Values values, long records) {
        this.values = values;
        for (int i = 0; i < SIZES.length; i++) {
            directories[i] = (int) Math.max(1, records / SIZES.length / SIZES[i]);
        }
    }

    private static byte[] directory(int kind, int number) {
        return Keys.directory(((long) kind << 32) + number);
    }

    private long rows() {
        long rows = 0;
        for (int i = 0; i < SIZES.length; i++) {
            rows += (long) directories[i] * SIZES[i];
        }
        return rows;
    }

    /** How often a loading client steps. */
    long loadSteps() {
        return rows() / BATCH;
    }

    /** Loads entries in batches, directories of all kinds mixed, so that most directories are spread over tables. One client. */
    Cell.Client load(Store.Session session, SplittableRandom random) {
        long rows = rows();
        int bits = 64 - Long.numberOfLeadingZeros(rows - 1);
        long[] at = {0};
        return _ -> {
            Store.Row[] batch = new Store.Row[BATCH];
            int made = 0;
            while (made < BATCH) {
                long scrambled = at[0]++ * 0x9E3779B1L & (1L << bits) - 1; // an odd factor: each number once
                if (scrambled < rows) {
                    batch[made++] = row(scrambled, random);
                }
            }
            session.putAll(batch);
            return BATCH;
        };
    }

    private Store.Row row(long number, SplittableRandom random) {
        return new Store.Row(key(number), values.next(random, 60 + random.nextInt(91)));
    }

    private byte[] key(long number) {
        long rest = number;
        for (int kind = 0;; kind++) {
            long here = (long) directories[kind] * SIZES[kind];
            if (rest < here) {
                return Keys.entry(directory(kind, (int) (rest / SIZES[kind])), (int) (rest % SIZES[kind]));
            }
            rest -= here;
        }
    }

    /** Lists random directories of one kind. */
    Cell.Client list(int kind, Store.Session session, SplittableRandom random) {
        return _ -> {
            int rows = session.scanPrefix(directory(kind, random.nextInt(directories[kind])));
            if (rows != SIZES[kind]) {
                throw new IllegalStateException(rows + " rows instead of " + SIZES[kind]);
            }
            return rows;
        };
    }

    /** Gets 1,000 random keys, sorted, at once. */
    Cell.Client multiGet(Store.Session session, SplittableRandom random) {
        long rows = rows();
        return _ -> {
            byte[][] keys = new byte[MULTI_GET_KEYS][];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = key(random.nextLong(rows));
            }
            Arrays.sort(keys, Arrays::compareUnsigned);
            int found = session.multiGet(keys);
            if (found != keys.length) {
                throw new IllegalStateException(found + " keys found of " + keys.length);
            }
            return found;
        };
    }

    /** Gets random keys one by one. */
    Cell.Client get(Store.Session session, SplittableRandom random) {
        long rows = rows();
        return _ -> {
            if (session.get(key(random.nextLong(rows))) < 0) {
                throw new IllegalStateException("a key was not found");
            }
            return 1;
        };
    }
}
