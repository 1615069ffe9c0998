package io.nokv.lsm.version;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.table.TableCursor;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableStore;
import java.util.List;

/** The entries of one family in ordered, disjoint tables, as one order; opens a table when it gets there. */
public final class LevelCursor implements EntryCursor {
    private final TableStore store;
    private final List<TableHandle> tables;
    private final Family family;
    private final boolean keepBlocks;
    private int index = -1;
    private TableCursor cursor;

    public LevelCursor(TableStore store, List<TableHandle> tables, Family family, boolean keepBlocks) {
        this.store = store;
        this.tables = tables;
        this.family = family;
        this.keepBlocks = keepBlocks;
    }

    private void leave() {
        index = -1;
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }

    /** False, and invalid, when there is no such table. */
    private boolean goTo(int table) {
        if (table < 0 || table >= tables.size()) {
            leave();
            return false;
        }
        if (table != index) {
            leave();
            cursor = tables.get(table).reader(store).cursor(family, keepBlocks);
            index = table;
        }
        return true;
    }

    private void skipForward() {
        while (!cursor.isValid()) {
            if (!goTo(index + 1)) {
                return;
            }
            cursor.seekToFirst();
        }
    }

    private void skipBackward() {
        while (!cursor.isValid()) {
            if (!goTo(index - 1)) {
                return;
            }
            cursor.seekToLast();
        }
    }

    @Override
    public boolean isValid() {
        return cursor != null;
    }

    @Override
    public void seekToFirst() {
        if (goTo(0)) {
            cursor.seekToFirst();
            skipForward();
        }
    }

    @Override
    public void seekToLast() {
        if (goTo(tables.size() - 1)) {
            cursor.seekToLast();
            skipBackward();
        }
    }

    @Override
    public void seek(byte[] key, long sequence) {
        if (goTo(Version.firstEndingAtOrAfter(tables, family, key))) {
            cursor.seek(key, sequence);
            skipForward();
        }
    }

    @Override
    public void seekBefore(byte[] key, long sequence) {
        int table = Version.firstEndingAtOrAfter(tables, family, key);
        if (table == tables.size() || TableKey.compare(tables.get(table).meta().smallest(), family, key) > 0) {
            table--;
        }
        if (goTo(table)) {
            cursor.seekBefore(key, sequence);
            skipBackward();
        }
    }

    @Override
    public void next() {
        cursor.next();
        skipForward();
    }

    @Override
    public void prev() {
        cursor.prev();
        skipBackward();
    }

    @Override
    public byte[] keyArray() {
        return cursor.keyArray();
    }

    @Override
    public int keyOffset() {
        return cursor.keyOffset();
    }

    @Override
    public int keyLength() {
        return cursor.keyLength();
    }

    @Override
    public long sequence() {
        return cursor.sequence();
    }

    @Override
    public EntryKind kind() {
        return cursor.kind();
    }

    @Override
    public byte[] valueArray() {
        return cursor.valueArray();
    }

    @Override
    public int valueOffset() {
        return cursor.valueOffset();
    }

    @Override
    public int valueLength() {
        return cursor.valueLength();
    }

    @Override
    public void close() {
        leave();
    }
}
