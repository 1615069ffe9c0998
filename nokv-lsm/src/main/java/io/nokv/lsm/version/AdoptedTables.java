package io.nokv.lsm.version;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.table.TableStore;
import java.util.List;

/**
 * Ingested tables that have no level yet. They are ordered and apart from each other, carry one sequence number, and are read
 * in the place that it has among the memtables. Versions keep them alive. Immutable.
 */
public final class AdoptedTables {
    private final List<TableHandle> tables;

    AdoptedTables(List<TableHandle> tables) {
        this.tables = tables;
    }

    public List<TableHandle> handles() {
        return tables;
    }

    /** Offers {@code lookup} the first entry that will do, or none. */
    public void find(TableStore store, PointLookup lookup) {
        Version.findInLevel(tables, store, lookup);
    }

    public EntryCursor cursor(TableStore store, Family family) {
        return new LevelCursor(store, tables.stream().filter(t -> t.meta().overlaps(family, Range.ALL))
                .toList(), family, true);
    }

    /** How many entries they have. */
    public long entries() {
        return tables.stream().mapToLong(t -> t.meta().entries()).sum();
    }
}
