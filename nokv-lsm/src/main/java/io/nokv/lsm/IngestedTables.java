package io.nokv.lsm;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.cursor.MergingCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.memtable.MemtableKind;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.AdoptedTables;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.Arrays;
import java.util.List;

/**
 * Ingested tables that wait for a level, and what was written beside them, in the place of a memtable that holds what they
 * hold. Thread-safe once it is shown.
 */
final class IngestedTables implements Memtable {
    private final IngestRecord record;
    private final long sequence;
    private final AdoptedTables tables;
    private final TableStore store;
    private final KeyTails tails;
    private Memtable beside;

    /**
     * @param sequence its last number
     * @param tables those of {@code record}
     * @param tails those of the store
     */
    IngestedTables(IngestRecord record, long sequence, AdoptedTables tables, TableStore store, KeyTails tails) {
        this.record = record;
        this.sequence = sequence;
        this.tables = tables;
        this.store = store;
        this.tails = tails;
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

    /** What was written beside them; null when nothing was. */
    Memtable beside() {
        return beside;
    }

    /**
     * What is not in the tables, to be written to one.
     *
     * @param deletions whether those of what they replace are wanted too
     */
    Memtable rest(boolean deletions) {
        Memtable rest = MemtableKind.SKIP_LIST.create(tails, 0);
        if (deletions) {
            record.replaced().forEach(family -> rest.deleteRange(family, record.range(), sequence - 1));
        }
        for (Family family : beside == null ? new Family[0] : Family.values()) {
            EntryCursor entries = beside.cursor(family);
            for (entries.seekToFirst(); entries.isValid(); entries.next()) {
                rest.add(family, copy(entries.keyArray(), entries.keyOffset(), entries.keyLength()), sequence,
                        entries.isTombstone()
                                ? null
                                : copy(entries.valueArray(), entries.valueOffset(), entries.valueLength()));
            }
        }
        return rest;
    }

    private static byte[] copy(byte[] array, int offset, int length) {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    List<TableHandle> handles() {
        return tables.handles();
    }

    /** Before anybody else sees it: something written beside the tables. */
    @Override
    public void add(Family family, byte[] key, long at, byte[] value) {
        Invariant.check(at == sequence, "what is written beside tables has their sequence number", at);
        if (beside == null) {
            beside = MemtableKind.SKIP_LIST.create(tails, 0);
        }
        beside.add(family, key, at, value);
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
        if (beside != null) {
            beside.find(lookup);
            if (lookup.isSettled()) {
                return;
            }
        }
        tables.find(store, lookup);
        // What comes in is newer than the deletion before it.
        if (!record.replaced().isEmpty() && !lookup.isSettled()) {
            lookup.cover(deletions(lookup.family()));
        }
    }

    @Override
    public EntryCursor cursor(Family family) {
        EntryCursor entries = tables.cursor(store, family);
        return beside == null ? entries : MergingCursor.over(List.of(beside.cursor(family), entries));
    }

    @Override
    public long bytes() {
        return beside == null ? 0 : beside.bytes();
    }

    @Override
    public long entries() {
        return tables.entries() + record.replaced().size() + (beside == null ? 0 : beside.entries());
    }
}
