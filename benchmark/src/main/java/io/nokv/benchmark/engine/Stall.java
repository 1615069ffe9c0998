package io.nokv.benchmark.engine;

import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Writers without pause on small memtables, so that compaction cannot keep up: how long the longest write is held up.
 */
final class Stall {
    private static final int VALUE_BYTES = 400;
    private static final long MEMTABLE_BYTES = 8 << 20;

    private final EngineBenchmark run;
    private final Values values;

    Stall(EngineBenchmark run, Values values) {
        this.run = run;
        this.values = values;
    }

    void run() throws IOException {
        for (Target target : run.targets) {
            if (target == Target.MVSTORE) {
                continue;
            }
            Sizing sizing = run.sizing().withMemtableBytes(MEMTABLE_BYTES).withTableBytes(MEMTABLE_BYTES);
            try (Store store = target.open(run.directory(target, "stall"), sizing)) {
                Cell cell = run.measure("sustained random writes", target, "ops", store,
                        new Cell.Plan(run.threads, 0, 3 * run.seconds, Long.MAX_VALUE, run.seed), this::write);
                run.report(cell);
                run.report("longest write under sustained load", target, cell.maxMicros() / 1e3, "ms");
                run.report("p99 write under sustained load", target, cell.p99Micros() / 1e3, "ms");
            }
        }
    }

    private Cell.Client write(Store.Session session, SplittableRandom random, int client) {
        return _ -> {
            session.put(Keys.user(random.nextLong(run.records * 10)), values.next(random, VALUE_BYTES));
            return 1;
        };
    }
}
