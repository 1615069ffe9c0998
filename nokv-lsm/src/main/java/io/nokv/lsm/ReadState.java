package io.nokv.lsm;

import io.nokv.base.port.Promise;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.range.Cover;
import io.nokv.lsm.range.CoveredCursor;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** Carries out the look-up; false when there is nothing alive that will do. */
    boolean find(TableStore tables, PointLookup lookup) {
        do {
            active.find(lookup);
            for (int i = 0; i < waiting.size() && !lookup.isSettled(); i++) {
                waiting.get(i).memtable.find(lookup);
            }
            if (!lookup.isSettled()) {
                version.find(tables, lookup);
            }
            if (!lookup.isFound()) {
                return false;
            }
        } while (lookup.isTombstone() && lookup.goOn());
        return lookup.isFound();
    }

    /** Carries out the first {@code asked} look-ups, of keys without tails, of one family, in ascending order. */
    void findAll(TableStore tables, PointLookup[] lookups, int asked) {
        PointLookup[] left = new PointLookup[asked];
        int count = 0;
        for (int at = 0; at < asked; at++) {
            PointLookup lookup = lookups[at];
            active.find(lookup);
            for (int i = 0; i < waiting.size() && !lookup.isSettled(); i++) {
                waiting.get(i).memtable.find(lookup);
            }
            if (!lookup.isSettled()) {
                left[count++] = lookup;
            }
        }
        if (count > 0) {
            version.findAll(tables, count == asked ? left : Arrays.copyOf(left, count));
        }
    }

    /**
     * What a scan reads.
     *
     * @param cursors they may lack what {@code cover} covers
     * @param cover the deletions of ranges, or null when there are none
     */
    record Sources(List<EntryCursor> cursors, Cover cover) {}

    /** Cursors that together hold all entries of {@code family} in {@code range} that show at {@code sequence}. */
    Sources sources(TableStore tables, Family family, Range range, long sequence) {
        Cover cover = cover(tables, family, range, sequence);
        List<EntryCursor> cursors = new ArrayList<>();
        if (active.entries() > 0) { // what comes later is not visible at the sequence number
            cursors.add(active.cursor(family));
        }
        for (int i = 0; i < waiting.size(); i++) {
            Full full = waiting.get(i);
            EntryCursor entries = full.memtable.cursor(family);
            cursors.add(cover == null ? entries : new CoveredCursor(entries, cover.copy(), full.lastSequence));
        }
        version.addCursors(tables, family, range, cover, cursors);
        return new Sources(cursors, cover);
    }

    /** The deletions of ranges that a scan meets, or null when there are none. */
    private Cover cover(TableStore tables, Family family, Range range, long sequence) {
        boolean some = version.hasDeletions() || !active.deletions(family).isEmpty();
        for (int i = 0; i < waiting.size() && !some; i++) {
            some = !waiting.get(i).memtable.deletions(family).isEmpty();
        }
        if (!some) {
            return null;
        }
        List<RangeDeletions> deletions = new ArrayList<>();
        deletions.add(active.deletions(family));
        waiting.forEach(full -> deletions.add(full.memtable.deletions(family)));
        version.addDeletions(tables, family, range, sequence, deletions);
        return Cover.of(deletions, sequence);
    }

    /** Whether {@code memtable} is one of its memtables. */
    boolean has(Memtable memtable) {
        boolean found = active == memtable;
        for (int i = 0; i < waiting.size() && !found; i++) {
            found = waiting.get(i).memtable == memtable;
        }
        return found;
    }

    ReadState withActive(Memtable fresh, Full full) {
        return new ReadState(fresh, waiting, version).withWaiting(full);
    }

    /** {@code full} is newer than all that wait, and older than the active memtable. */
    ReadState withWaiting(Full full) {
        List<Full> more = new ArrayList<>();
        more.add(full);
        more.addAll(waiting);
        return new ReadState(active, List.copyOf(more), version);
    }

    ReadState withVersion(Version next) {
        return new ReadState(active, waiting, next);
    }

    ReadState withoutOldest() {
        return new ReadState(active, List.copyOf(waiting.subList(0, waiting.size() - 1)), version);
    }
}
