package io.nokv.benchmark.engine;

import java.util.concurrent.atomic.LongAdder;

/** Where what was read goes, so that no compiler leaves the reading out. */
final class Seen {
    private static final LongAdder SUM = new LongAdder();

    private Seen() {}

    static void add(long seen) {
        SUM.add(seen);
    }
}
