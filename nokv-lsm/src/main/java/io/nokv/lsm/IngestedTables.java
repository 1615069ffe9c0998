package io.nokv.lsm;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.AdoptedTables;
import io.nokv.lsm.version.TableHandle;
import java.util.List;

/** Ingested tables that wait for a level, in the place of a memtable that holds what they hold. Thread-safe. */
final class IngestedTables implements Memtable {
    private final AdoptedTables tables;
    private final TableStore store;

    IngestedTables(AdoptedTables tables, TableStore store) {
        this.tables = tables;
        this.store = store;
    }

    List<TableMeta> metas() {
        return tables.metas();
    }

    List<TableHandle> handles() {
        return tables.handles();
    }

    @Override
    public void add(Family family, byte[] key, long sequence, byte[] value) {
        Invariant.check(false, "nothing is added to ingested tables");
    }

    @Override
    public void deleteRange(Family family, Range range, long sequence) {
        Invariant.check(false, "nothing is deleted from ingested tables");
    }

    @Override
    public RangeDeletions deletions(Family family) {
        return RangeDeletions.NONE;
    }

    @Override
    public void find(PointLookup lookup) {
        tables.find(store, lookup);
    }

    @Override
    public EntryCursor cursor(Family family) {
        return tables.cursor(store, family);
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public long entries() {
        return tables.entries();
    }
}
