package io.nokv.lsm.concurrent;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableTraits;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Versions that follow one another as the engine has them: one installer, readers that hold what is current. A table leaves the disk
 * when no version names it; a reader that finds one of its tables gone says so.
 */
public final class ConcurrentVersions {
    private static final byte[] FROM = TableKey.of(Family.WRITE, TestWorld.b("a"));
    private static final byte[] TO = TableKey.of(Family.WRITE, TestWorld.b("z"));

    private final Set<Long> gone = ConcurrentHashMap.newKeySet();
    private volatile Version current = Version.empty();
    private volatile int added;
    private volatile int dropped;

    private static TableMeta table(long number) {
        return new TableMeta(number, 1_000, 10, 0, number, number, FROM, TO, new TableTraits(0, 0, 0, false), List.of(),
                0);
    }

    private void install(VersionEdit edit) {
        Version before = current;
        current = before.apply(edit, table -> Invariant.check(gone.add(table.number()), "a table goes once", table));
        before.release();
    }

    @Operation(nonParallelGroup = "installer")
    public void add() {
        added++;
        install(new VersionEdit(List.of(new VersionEdit.Added(0, table(added))), List.of(), null, 0));
    }

    /** Drops the oldest table. */
    @Operation(nonParallelGroup = "installer")
    public void drop() {
        if (dropped < added) {
            dropped++;
            install(new VersionEdit(List.of(), List.of(new VersionEdit.Removed(0, dropped)), null, 0));
        }
    }

    private Version hold() {
        while (true) {
            Version seen = current;
            if (seen.tryRetain()) {
                return seen;
            }
        }
    }

    /** The newest and the oldest table, and how many there are. */
    @Operation
    public String read() {
        Version held = hold();
        try {
            List<TableHandle> tables = held.level(0);
            String seen = tables.isEmpty()
                    ? "none"
                    : tables.getFirst().meta().number() + " to " + tables.getLast().meta().number() + ", "
                            + tables.size();
            for (TableHandle table : tables) {
                if (gone.contains(table.meta().number())) {
                    return seen + ", but " + table.meta().number() + " is gone";
                }
            }
            return seen;
        } finally {
            held.release();
        }
    }

    /** What was dropped has left the disk once nobody reads any more, and nothing else has. */
    @Validate
    public void whatIsDroppedIsGone() {
        for (long number = 1; number <= added; number++) {
            Invariant.check(gone.contains(number) == number <= dropped, "a table is gone when it is dropped", number);
        }
    }

    /** What they are when one call comes after another. */
    public static final class Tables {
        private int added;
        private int dropped;

        public void add() {
            added++;
        }

        public void drop() {
            dropped = Math.min(dropped + 1, added);
        }

        public String read() {
            return dropped == added ? "none" : added + " to " + (dropped + 1) + ", " + (added - dropped);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tables tables && tables.added == added && tables.dropped == dropped;
        }

        @Override
        public int hashCode() {
            return 31 * added + dropped;
        }
    }
}
