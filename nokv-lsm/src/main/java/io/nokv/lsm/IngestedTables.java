package io.nokv.lsm;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.memtable.MemtableKind;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.AdoptedTables;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.List;

/** Ingested tables that wait for a level, in the place of a memtable that holds what they hold. Thread-safe. */
final class IngestedTables implements Memtable {
    private final IngestRecord record;
    private final long sequence;
    private final AdoptedTables tables;
    private final TableStore store;

    /**
     * @param sequence its last number
     * @param tables those of {@code record}
     */
    IngestedTables(IngestRecord record, long sequence, AdoptedTables tables, TableStore store) {
        this.record = record;
        this.sequence = sequence;
        this.tables = tables;
        this.store = store;
    }

    /** Whether {@code version} may hold something that they replace. */
    boolean replacesAnyOf(Version version) {
        for (int level = 0; level < Version.LEVELS; level++) {
            for (Family family : record.replaced()) {
                if (!version.overlapping(level, family, record.range()).isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The deletions alone, to be written to a table. */
    Memtable replacement() {
        Memtable deletions = MemtableKind.SKIP_LIST.create(KeyTails.NONE, 0);
        record.replaced().forEach(family -> deletions.deleteRange(family, record.range(), sequence - 1));
        return deletions;
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
        return record.deletions(family, sequence);
    }

    @Override
    public void find(PointLookup lookup) {
        tables.find(store, lookup);
        // What comes in is newer than the deletion before it.
        if (!record.replaced().isEmpty() && !lookup.isSettled()) {
            lookup.cover(deletions(lookup.family()));
        }
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
        return tables.entries() + record.replaced().size();
    }
}
