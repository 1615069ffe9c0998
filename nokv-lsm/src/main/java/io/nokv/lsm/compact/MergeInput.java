package io.nokv.lsm.compact;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.cursor.MergingCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.LevelCursor;
import io.nokv.lsm.version.TableHandle;
import java.util.ArrayList;
import java.util.List;

/** What a rewrite reads, family by family. */
interface MergeInput {
    RangeDeletions deletions(Family family);

    /** Entries that {@code sieve} need not see may be left out. */
    EntryCursor cursor(Family family, DeletionSieve sieve);

    /** A memtable nobody adds to any more. */
    record Memory(Memtable memtable) implements MergeInput {
        @Override
        public RangeDeletions deletions(Family family) {
            return memtable.deletions(family);
        }

        @Override
        public EntryCursor cursor(Family family, DeletionSieve sieve) {
            return memtable.cursor(family);
        }
    }

    /** The tables of a compaction. */
    record Tables(Compaction compaction, TableStore store) implements MergeInput {
        @Override
        public RangeDeletions deletions(Family family) {
            return RangeDeletions.union(compaction.inputs().stream()
                    .filter(t -> t.meta().traits().rangeDeletions() > 0)
                    .map(t -> t.reader(store).deletions(family)).toList());
        }

        @Override
        public EntryCursor cursor(Family family, DeletionSieve sieve) {
            List<TableHandle> upper = seen(compaction.upper(), family, sieve);
            List<TableHandle> lower = seen(compaction.lower(), family, sieve);
            List<EntryCursor> cursors = new ArrayList<>();
            if (compaction.upperLevel() == 0) {
                upper.forEach(t -> cursors.add(t.reader(store).cursor(family, false)));
            } else {
                cursors.add(new LevelCursor(store, upper, family, false));
            }
            if (!lower.isEmpty()) {
                cursors.add(new LevelCursor(store, lower, family, false));
            }
            return MergingCursor.over(cursors);
        }

        private static List<TableHandle> seen(List<TableHandle> tables, Family family, DeletionSieve sieve) {
            return tables.stream().filter(t -> t.meta().overlaps(family, Range.ALL) && !sieve.covers(t.meta()))
                    .toList();
        }
    }
}
