package io.nokv.lsm.compact;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.CompactionFilter;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.cursor.MergingCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.Compression;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.table.TableWriter;
import io.nokv.lsm.version.LevelCursor;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueLog;
import io.nokv.lsm.vlog.ValueSeparator;
import io.nokv.lsm.vlog.ValueSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Merges entries into new tables. Reads what cannot change, writes files nobody knows yet. Tables are synced, names too,
 * when {@link #run} returns; when it throws, the files it made are gone or left over for the next opening to remove.
 */
public final class MergeJob {
    private static final int ENTRIES_BETWEEN_CHECKS = 1024;

    /**
     * What came of it.
     *
     * @param values value files that the tables, and nothing else, point into
     * @param shadowed entries that a newer one made invisible
     * @param filtered entries the filter dropped
     */
    public record Result(List<TableMeta> tables, List<ValueFileMeta> values, long entriesRead, long shadowed,
            long tombstonesDropped,
            long filtered) {}

    /** Where the job's tables go and how they look. */
    public record Output(TableStore store, ValueLog values, Compression compression, long tableBytes,
            LongSupplier numbers,
            BooleanSupplier cancelled) {}

    private interface Input {
        RangeDeletions deletions(Family family);

        /** Entries that {@code sieve} need not see may be left out. */
        EntryCursor cursor(Family family, DeletionSieve sieve);
    }

    /** The tables of a compaction. */
    private record Tables(Compaction compaction, TableStore store) implements Input {
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

    private final Input input;
    private final Output output;
    /** Of the entries that are read; null for a flush, where they have their values. */
    private final ValueSource values;
    private final ValueSeparator separator;
    private final long[] snapshots;
    private final CompactionFilter filter;
    /** Null for a flush, which keeps tombstones and makes one table of all families. */
    private final List<List<TableHandle>> deeper;

    private final List<TableMeta> tables = new ArrayList<>();
    private final List<Long> begun = new ArrayList<>();
    private TableWriter writer;
    private long entriesRead;
    private long shadowed;
    private long tombstonesDropped;
    private long filtered;

    private MergeJob(Input input, Output output, long[] snapshots, CompactionFilter filter,
            List<List<TableHandle>> deeper, ValueSource values) {
        this.input = input;
        this.output = output;
        this.values = values;
        this.separator = new ValueSeparator(output.values, output.numbers);
        this.snapshots = snapshots;
        this.filter = filter;
        this.deeper = deeper;
    }

    /** Writes a memtable nobody adds to any more as one table. */
    public static MergeJob flush(Memtable memtable, Output output, long[] snapshots) {
        Input input = new Input() {
            @Override
            public RangeDeletions deletions(Family family) {
                return memtable.deletions(family);
            }

            @Override
            public EntryCursor cursor(Family family, DeletionSieve sieve) {
                return memtable.cursor(family);
            }
        };
        return new MergeJob(input, output, snapshots, null, null, null);
    }

    /**
     * Carries out a compaction that is not a move.
     *
     * @param version the version it was decided on, held by the caller until the job is done
     * @param filter null for none
     */
    public static MergeJob compaction(Compaction compaction, Version version, Output output, long[] snapshots,
            CompactionFilter filter) {
        ValueSource values = output.values.source(version.values());
        return new MergeJob(new Tables(compaction, output.store), output, snapshots, filter, compaction.deeper(version),
                values);
    }

    public Result run() {
        boolean complete = false;
        try {
            for (Family family : Family.values()) {
                merge(family);
            }
            finishTable();
            List<ValueFileMeta> valueFiles = separator.finish();
            if (!tables.isEmpty()) {
                syncNames();
            }
            complete = true;
            return new Result(List.copyOf(tables), valueFiles, entriesRead, shadowed, tombstonesDropped, filtered);
        } finally {
            if (!complete) {
                discard();
            }
        }
    }

    /** A failed sync cannot be made good by another one, so it is not the kind of failure after which a job is tried again. */
    private void syncNames() {
        try {
            output.store.syncNames();
        } catch (NokvException e) {
            throw new NokvException(FailureCode.IO_ERROR, "the names of new tables were not synced: " + e.getMessage(),
                    e);
        }
    }

    private void merge(Family family) {
        boolean splits = deeper != null;
        RangeDeletions deletions = input.deletions(family);
        DeletionSieve ranges = new DeletionSieve(family, deletions, snapshots, splits
                ? range -> deeper.stream()
                        .anyMatch(level -> level.stream().anyMatch(t -> t.meta().overlaps(family, range)))
                : null);
        EntryCursor entries = input.cursor(family, ranges);
        entries.seekToFirst();
        if (!entries.isValid() && deletions.isEmpty()) {
            return;
        }
        if (splits) {
            finishTable();
        }
        boolean bottommost = splits && deeper.stream()
                .allMatch(level -> level.stream().noneMatch(t -> t.meta().overlaps(family, Range.ALL)));
        CompactionFilter.Pass pass = filter == null || !filter.looksAt(family)
                ? null
                : filter.begin(family, bottommost);
        EntrySieve sieve = new EntrySieve(snapshots, pass, splits ? below(family) : null, values, ranges);
        for (; entries.isValid(); entries.next()) {
            if (entriesRead++ % ENTRIES_BETWEEN_CHECKS == 0 && output.cancelled.getAsBoolean()) {
                throw new NokvException(FailureCode.CANCELLED, "the store is closing");
            }
            EntrySieve.Fate fate = sieve.look(entries);
            if (splits && sieve.isNewKey() && writer != null && writer.bytes() >= output.tableBytes) {
                delete(family, ranges, entries);
                finishTable();
            }
            switch (fate) {
                case DROP -> {
                }
                case KEEP -> write(family, entries, entries.kind());
                case KEEP_AS_TOMBSTONE -> write(family, entries, EntryKind.DELETE);
            }
        }
        delete(family, ranges.before(null));
        shadowed += sieve.shadowed;
        tombstonesDropped += sieve.tombstonesDropped;
        filtered += sieve.filtered;
    }

    private EntrySieve.Below below(Family family) {
        return (array, offset, length) -> {
            byte[] key = TableKey.of(family, Arrays.copyOfRange(array, offset, offset + length));
            return deeper.stream().anyMatch(level -> level.stream().anyMatch(t -> t.meta().overlaps(key, key)));
        };
    }

    /** Puts into the table what is deleted before the entry. */
    private void delete(Family family, DeletionSieve ranges, EntryCursor before) {
        if (!ranges.isEmpty()) {
            delete(family, ranges.before(Arrays.copyOfRange(before.keyArray(), before.keyOffset(),
                    before.keyOffset() + before.keyLength())));
        }
    }

    private void delete(Family family, RangeDeletions piece) {
        if (!piece.isEmpty()) {
            begin();
            writer.delete(family, piece);
        }
    }

    private void begin() {
        if (writer == null) {
            long number = output.numbers.getAsLong();
            begun.add(number);
            writer = output.store.create(number, output.compression);
        }
    }

    private void write(Family family, EntryCursor entry, EntryKind kind) {
        begin();
        byte[] key = entry.keyArray();
        int keyAt = entry.keyOffset();
        int keyBytes = entry.keyLength();
        if (kind == EntryKind.DELETE) {
            writer.add(family, key, keyAt, keyBytes, entry.sequence(), kind, null, 0, 0);
        } else if (kind == EntryKind.PUT && separator.takes(family, key, keyAt, keyBytes, entry.valueLength())) {
            byte[] pointer = separator.put(family, key, keyAt, keyBytes, entry.sequence(), entry.valueArray(),
                    entry.valueOffset(), entry.valueLength());
            writer.add(family, key, keyAt, keyBytes, entry.sequence(), EntryKind.POINTER, pointer, 0, pointer.length);
        } else {
            writer.add(family, key, keyAt, keyBytes, entry.sequence(), kind, entry.valueArray(), entry.valueOffset(),
                    entry.valueLength());
        }
    }

    private void finishTable() {
        if (writer != null) {
            tables.add(writer.finish());
            writer.close();
            writer = null;
        }
    }

    /** The files are not named anywhere: a failure to delete them leaves them to the next opening. */
    private void discard() {
        if (writer != null) {
            writer.close();
        }
        separator.discard();
        for (long number : begun) {
            try {
                output.store.delete(number);
            } catch (NokvException _) {
                return;
            }
        }
    }
}
