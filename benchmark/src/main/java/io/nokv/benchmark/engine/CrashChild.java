package io.nokv.benchmark.engine;

import java.nio.file.Path;
import java.util.SplittableRandom;

/** The process that {@link CrashRecovery} kills: writes as much as it is told to, says so, and goes on writing. */
final class CrashChild {
    private static final int VALUE_BYTES = 1_000;
    private static final int ROWS_PER_TABLE = 16;

    /** What is to be found at opening. */
    enum Kind {
        LOG("open after kill -9, log to replay") {
            /** One memtable takes it all, and some more. */
            @Override
            Sizing sizing(Sizing common, long amount) {
                return common.withMemtableBytes(amount + amount / 2).withSynced(false);
            }
        },
        TABLES("open after kill -9, many tables") {
            @Override
            Sizing sizing(Sizing common, long amount) {
                return common.withTableBytes(ROWS_PER_TABLE * VALUE_BYTES / 2).withSynced(false);
            }
        };

        final String title;

        Kind(String title) {
            this.title = title;
        }

        /** @param amount bytes of log, or tables */
        abstract Sizing sizing(Sizing common, long amount);
    }

    private CrashChild() {}

    public static void main(String[] arguments) {
        Target target = Target.valueOf(arguments[0]);
        Kind kind = Kind.valueOf(arguments[1]);
        long amount = Long.parseLong(arguments[3]);
        Sizing common = new Sizing(64L << 20, 64L << 20, 25, 8 << 10, 64L << 20, false);
        Store store = target.open(Path.of(arguments[2]), kind.sizing(common, amount));
        Values values = new Values(1);
        SplittableRandom random = new SplittableRandom(1);
        Store.Session session = store.session();
        long rows = kind == Kind.LOG ? amount / (VALUE_BYTES + 23) : amount * ROWS_PER_TABLE;
        for (long row = 0; row < rows; row++) {
            session.put(Keys.user(row), values.next(random, VALUE_BYTES));
        }
        if (kind == Kind.TABLES) {
            store.compactAll();
        }
        System.out.println(rows);
        for (long row = rows; kind == Kind.LOG; row++) {
            session.put(Keys.user(row % (rows + rows / 16)), values.next(random, VALUE_BYTES));
        }
        while (true) {
            java.util.concurrent.locks.LockSupport.park();
        }
    }
}
