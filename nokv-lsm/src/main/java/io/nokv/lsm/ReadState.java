package io.nokv.lsm;

import io.nokv.base.port.Promise;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * All a reader needs: the memtables, newest first, and a version of the tables. Immutable, except that the active memtable
 * grows. Whoever reads from {@code version} holds it.
 *
 * @param active takes the writes
 * @param waiting full memtables, newest first
 */
record ReadState(Memtable active, List<Full> waiting, Version version) {
    /**
     * A memtable that takes no more writes.
     *
     * @param lastSequence its newest batch
     * @param nextSegment delivers the log segment in which the batch after that begins
     */
    record Full(Memtable memtable, long lastSequence, Promise<Long> nextSegment) {}

    /** The value at {@code sequence}, or null. */
    byte[] get(TableStore tables, Family family, byte[] key, long sequence) {
        byte[] found = active.get(family, key, sequence);
        for (int i = 0; found == null && i < waiting.size(); i++) {
            found = waiting.get(i).memtable.get(family, key, sequence);
        }
        if (found == null) {
            found = version.get(tables, family, key, sequence);
        }
        return found == Memtable.DELETED ? null : found;
    }

    /** Cursors that together hold all entries of {@code family} in {@code range}. */
    List<EntryCursor> cursors(TableStore tables, Family family, Range range) {
        List<EntryCursor> cursors = new ArrayList<>();
        cursors.add(active.cursor(family));
        waiting.forEach(full -> cursors.add(full.memtable.cursor(family)));
        version.addCursors(tables, family, range, cursors);
        return cursors;
    }

    ReadState withActive(Memtable fresh, Full full) {
        List<Full> more = new ArrayList<>();
        more.add(full);
        more.addAll(waiting);
        return new ReadState(fresh, List.copyOf(more), version);
    }

    ReadState withVersion(Version next) {
        return new ReadState(active, waiting, next);
    }

    ReadState withoutOldest() {
        return new ReadState(active, waiting.subList(0, waiting.size() - 1), version);
    }
}
