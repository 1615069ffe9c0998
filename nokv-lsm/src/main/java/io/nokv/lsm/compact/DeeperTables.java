package io.nokv.lsm.compact;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.version.TableHandle;
import java.util.List;

/** The tables below an output that may hold older entries. Asked in key order by one flow. */
final class DeeperTables {
    private final List<List<TableHandle>> levels;
    /** By level, the first table that does not end before the key last asked for. */
    private final int[] at;

    /** @param levels tables by level, disjoint and in order */
    DeeperTables(List<List<TableHandle>> levels) {
        this.levels = levels;
        this.at = new int[levels.size()];
    }

    /** Whether there may be entries in {@code range} of {@code family}. */
    boolean mayHold(Family family, Range range) {
        return levels.stream().anyMatch(level -> level.stream().anyMatch(t -> t.meta().overlaps(family, range)));
    }

    /** Whether there may be entries of the key, which is not before the one last asked for. */
    boolean mayHold(Family family, byte[] array, int offset, int length) {
        for (int level = 0; level < at.length; level++) {
            List<TableHandle> tables = levels.get(level);
            int table = at[level];
            while (table < tables.size()
                    && TableKey.compare(tables.get(table).meta().largest(), family, array, offset, length) < 0) {
                table++;
            }
            at[level] = table;
            if (table < tables.size()
                    && TableKey.compare(tables.get(table).meta().smallest(), family, array, offset, length) <= 0) {
                return true;
            }
        }
        return false;
    }
}
