package io.nokv.benchmark.engine;

import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Loads many small rows in random order, overwrites a quarter of them, and reads with a cache a tenth of the data, at
 * random and from a hot set that fits into it: what loading costs, what it leaves on the disk, how reads go when most of them leave
 * the cache, and whether those that do not are as fast in a large store as in a small one.
 */
final class BulkLoad {
    private static final int KEY_BYTES = 23;
    private static final int VALUE_BYTES = 77;
    private static final int BATCH = 100;
    private static final int LOADERS = 4;
    /** Rows of the hot set that is the same in a small store and in a large one: the smallest cache holds their blocks. */
    private static final int SAME_BLOCKS = 500;

    private final EngineBenchmark run;
    private final Values values;
    private final long records;
    /** Rows whose blocks all fit into the cache, or fill half of it, were each in a block of its own. */
    private long[] hotNumbers = {};

    BulkLoad(EngineBenchmark run, Values values) {
        this.run = run;
        this.values = values;
        this.records = run.bulkRecords;
    }

    void run() throws IOException {
        for (Target target : run.targets) {
            if (target != Target.MVSTORE) {
                on(target);
            }
        }
    }

    private void on(Target target) throws IOException {
        Sizing sizing = run.sizing().withSynced(false)
                .withCacheBytes(Math.max(8 << 20, records * (KEY_BYTES + VALUE_BYTES) / 10));
        String of = String.format(java.util.Locale.ROOT, " (%,d x 100 B)", records);
        try (Store store = target.open(run.directory(target, "bulk"), sizing)) {
            long steps = records / BATCH / LOADERS;
            long from = System.nanoTime();
            run.report(run.measure("bulk load" + of, target, "rows", store, run.untilDone(LOADERS, steps), this::load));
            store.settle();
            double seconds = (System.nanoTime() - from - Idle.QUIET_NANOS) / 1e9;
            run.report("bulk load and settle" + of, target, records / seconds, "rows/s");
            long userBytes = steps * LOADERS * BATCH * (KEY_BYTES + VALUE_BYTES);
            run.report("bulk load write amplification, log excluded" + of, target,
                    (double) store.sizes().bytesWritten() / userBytes, "bytes written / user bytes");
            run.report(run.measure("random get" + of, target, "ops", store, run.plan(run.seconds / 2), this::read));
            hotNumbers = hotNumbers(SAME_BLOCKS);
            run.report(run.measure("cached get, 500 rows" + of, target, "ops", store, run.plan(run.seconds / 2),
                    this::readHot));
            hotNumbers = hotNumbers(Math.max(1, sizing.cacheBytes() / 2 / run.sizing().blockBytes()));
            run.report(run.measure("cached get" + of, target, "ops", store, run.plan(run.seconds / 2), this::readHot));
            run.measure("overwrite a quarter" + of, target, "rows", store, run.untilDone(LOADERS, steps / 4),
                    this::overwrite);
            store.settle();
            long settled = store.sizes().tableBytes();
            run.tell(store);
            store.compactAll();
            run.report("space after a quarter overwritten, settled" + of, target,
                    (double) settled / store.sizes().tableBytes(), "times fully compacted");
        }
    }

    private Cell.Client load(Store.Session session, SplittableRandom random, int client) {
        return n -> put(session, random, i -> (n * LOADERS + client) * BATCH + i);
    }

    private Cell.Client overwrite(Store.Session session, SplittableRandom random, int client) {
        return _ -> put(session, random, _ -> random.nextLong(records));
    }

    private interface Numbers {
        long at(int index);
    }

    private int put(Store.Session session, SplittableRandom random, Numbers numbers) {
        Store.Row[] rows = new Store.Row[BATCH];
        for (int i = 0; i < BATCH; i++) {
            rows[i] = new Store.Row(Keys.user(numbers.at(i)), values.next(random, VALUE_BYTES));
        }
        session.putAll(rows);
        return BATCH;
    }

    private Cell.Client read(Store.Session session, SplittableRandom random, int client) {
        long loaded = loaded();
        return _ -> get(session, random.nextLong(loaded));
    }

    private Cell.Client readHot(Store.Session session, SplittableRandom random, int client) {
        return _ -> get(session, hotNumbers[random.nextInt(hotNumbers.length)]);
    }

    private static int get(Store.Session session, long number) {
        if (session.get(Keys.user(number)) != VALUE_BYTES) {
            throw new IllegalStateException("a row was not found");
        }
        return 1;
    }

    private long loaded() {
        return records / BATCH / LOADERS * BATCH * LOADERS;
    }

    private long[] hotNumbers(long blocks) {
        return new SplittableRandom(records).longs(blocks, 0, loaded()).toArray();
    }
}
