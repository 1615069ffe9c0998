package io.nokv.benchmark.engine;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The core workloads of YCSB (Cooper et al., SoCC 2010) on one store. Thread-safe. */
final class Ycsb {
    private static final int LONGEST_SCAN = 100;

    private final Zipfian zipfian;
    private final Values values;
    private final long records;
    private final int valueBytes;
    private final int threads;
    private final AtomicLong inserted;

    Ycsb(Zipfian zipfian, Values values, long records, int valueBytes, int threads) {
        this.zipfian = zipfian;
        this.values = values;
        this.records = records;
        this.valueBytes = valueBytes;
        this.threads = threads;
        this.inserted = new AtomicLong(records);
    }

    /** Inserts the records, each client its share. */
    Cell.Client load(Store.Session session, SplittableRandom random, int client) {
        return n -> {
            session.put(Keys.user(n * threads + client), values.next(random, valueBytes));
            return 1;
        };
    }

    /** @param letter A to F */
    Cell.Client client(char letter, Store.Session session, SplittableRandom random) {
        return switch (letter) {
            case 'A' -> mixed(session, random, 0.5);
            case 'B' -> mixed(session, random, 0.95);
            case 'C' -> mixed(session, random, 1);
            case 'D' -> _ -> {
                if (random.nextDouble() < 0.95) {
                    session.get(Keys.user(Math.max(0, inserted.get() - threads - 1 - zipfian.next(random))));
                } else {
                    insert(session, random);
                }
                return 1;
            };
            case 'E' -> _ -> {
                if (random.nextDouble() < 0.95) {
                    session.scan(Keys.user(zipfian.scrambled(random)), 1 + random.nextInt(LONGEST_SCAN));
                } else {
                    insert(session, random);
                }
                return 1;
            };
            case 'F' -> _ -> {
                byte[] key = Keys.user(zipfian.scrambled(random));
                must(session.get(key));
                if (random.nextBoolean()) {
                    session.put(key, values.next(random, valueBytes));
                }
                return 1;
            };
            default -> throw new IllegalArgumentException("no workload " + letter);
        };
    }

    private Cell.Client mixed(Store.Session session, SplittableRandom random, double reads) {
        return _ -> {
            byte[] key = Keys.user(zipfian.scrambled(random));
            if (random.nextDouble() < reads) {
                must(session.get(key));
            } else {
                session.put(key, values.next(random, valueBytes));
            }
            return 1;
        };
    }

    private void insert(Store.Session session, SplittableRandom random) {
        session.put(Keys.user(inserted.getAndIncrement()), values.next(random, valueBytes));
    }

    private void must(int found) {
        if (found != valueBytes) {
            throw new IllegalStateException(
                    "a value of " + found + " bytes instead of " + valueBytes + ", among " + records);
        }
    }
}
