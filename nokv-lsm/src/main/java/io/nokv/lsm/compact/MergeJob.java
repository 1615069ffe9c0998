package io.nokv.lsm.compact;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.CompactionFilter;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.table.TableWriter;
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
 * Merges entries into new tables. Reads what cannot change, writes files nobody knows yet. It goes on in steps, so that
 * several jobs share a thread and nobody waits for a whole one; the steps of a job come one after the other. When a step
 * throws, the files the job made are gone or left over for the next opening to remove.
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
            long tombstonesDropped, long filtered) {}

    /**
     * Where the job's tables go and how they look.
     *
     * @param cuts table keys, ascending, that no table reaches across: the next one begins there
     */
    public record Output(TableStore store, ValueLog values, Compression compression, long tableBytes,
            LongSupplier numbers,
            BooleanSupplier cancelled, List<byte[]> cuts) {}

    private final MergeInput input;
    private final KeySpan span;
    private final Output output;
    /** Of the entries that are read; null for a flush, where they have their values. */
    private final ValueSource values;
    private final ValueSeparator separator;
    private final long[] snapshots;
    private final CompactionFilter filter;
    /** Null where tombstones stay and one table may hold several families: in level 0. */
    private final DeeperTables deeper;

    private final List<TableMeta> tables = new ArrayList<>();
    private List<ValueFileMeta> valueFiles = List.of();
    private final List<Long> begun = new ArrayList<>();
    private TableWriter writer;
    private int nextCut;
    private long finishedBytes;
    private long entriesRead;
    private long shadowed;
    private long tombstonesDropped;
    private long filtered;

    /** Of {@link Family#values()}, the one that is merged next or now. */
    private int familyIndex;
    /** Null between two families. */
    private EntryCursor entries;
    private byte[] end;
    private EntrySieve sieve;
    private DeletionSieve ranges;

    private MergeJob(MergeInput input, KeySpan span, Output output, long[] snapshots, CompactionFilter filter,
            DeeperTables deeper, ValueSource values) {
        this.input = input;
        this.span = span;
        this.output = output;
        this.values = values;
        this.separator = new ValueSeparator(output.values, output.numbers);
        this.snapshots = snapshots;
        this.filter = filter;
        this.deeper = deeper;
    }

    /** Writes a memtable nobody adds to any more. */
    public static MergeJob flush(Memtable memtable, Output output, long[] snapshots) {
        return new MergeJob(new MergeInput.Memory(memtable), KeySpan.ALL, output, snapshots, null, null, null);
    }

    /**
     * Carries out the part of a compaction, not a move, that lies in {@code span}.
     *
     * @param version the version it was decided on, held by the caller until the job is done
     * @param filter null for none
     */
    public static MergeJob compaction(Compaction compaction, Version version, KeySpan span, Output output,
            long[] snapshots, CompactionFilter filter) {
        MergeInput input = new MergeInput.Tables(compaction, output.store);
        ValueSource values = output.values.source(version.values());
        return compaction.outputLevel() == 0
                ? new MergeJob(input, span, output, snapshots, null, null, values)
                : new MergeJob(input, span, output, snapshots, filter, new DeeperTables(compaction.deeper(version)),
                        values);
    }

    /** Runs to the end and syncs the names of the tables. */
    public Result run() {
        while (!step(Long.MAX_VALUE)) {
            continue;
        }
        boolean synced = false;
        try {
            if (!tables.isEmpty()) {
                syncNames(output.store);
            }
            synced = true;
        } finally {
            if (!synced) {
                discard();
            }
        }
        return result();
    }

    /** A failed sync cannot be made good by another one, so it is not the kind of failure after which a job is tried again. */
    public static void syncNames(TableStore store) {
        try {
            store.syncNames();
        } catch (NokvException e) {
            throw new NokvException(FailureCode.IO_ERROR, "the names of new tables were not synced: " + e.getMessage(),
                    e);
        }
    }

    /** What came of it, once the last step is done; the names of the tables are the caller's to sync. */
    public Result result() {
        return new Result(List.copyOf(tables), valueFiles, entriesRead, shadowed, tombstonesDropped, filtered);
    }

    /** Bytes of tables so far, roughly. */
    public long bytesWritten() {
        return finishedBytes + (writer == null ? 0 : writer.bytes());
    }

    /** Goes on for {@code bytes} (greater than 0) of input, about; true when all is done and every table is synced. */
    public boolean step(long bytes) {
        boolean good = false;
        try {
            boolean done = advance(bytes);
            good = true;
            return done;
        } finally {
            if (!good) {
                discard();
            }
        }
    }

    private boolean advance(long bytes) {
        Family[] families = Family.values();
        long left = bytes;
        while (left > 0) {
            if (entries == null) {
                if (familyIndex == families.length) {
                    finishTable();
                    valueFiles = separator.finish();
                    return true;
                }
                begin(families[familyIndex]);
            }
            if (entries != null) {
                left -= merge(families[familyIndex], left);
            }
            if (entries == null) {
                familyIndex++;
            }
        }
        return false;
    }

    private void begin(Family family) {
        if (!span.meets(family)) {
            return;
        }
        byte[] from = span.firstOf(family);
        byte[] to = span.endOf(family);
        RangeDeletions deletions = input.deletions(family);
        DeletionSieve deleted = new DeletionSieve(family, deletions, snapshots,
                deeper == null ? null : range -> deeper.mayHold(family, range), from);
        EntryCursor first = input.cursor(family, deleted);
        if (from == null) {
            first.seekToFirst();
        } else {
            first.seek(from, EntryCursor.MAX_SEQUENCE);
        }
        if (!first.isValid() && deletions.within(from, to).isEmpty()) {
            return;
        }
        boolean looks = filter != null && filter.looksAt(family);
        CompactionFilter.Pass pass = looks ? filter.begin(family, !deeper.mayHold(family, Range.ALL)) : null;
        if (deeper != null) {
            finishTable();
        }
        ranges = deleted;
        sieve = new EntrySieve(snapshots, pass, deeper == null
                ? null
                : (array, offset, length) -> deeper.mayHold(family, array, offset, length), values, ranges);
        end = to;
        entries = first;
    }

    /** Answers how many bytes of input it went on for; there are no {@link #entries} any more when the family is done. */
    private long merge(Family family, long bytes) {
        long done = 0;
        while (done < bytes && entries.isValid()) {
            byte[] array = entries.keyArray();
            int offset = entries.keyOffset();
            int length = entries.keyLength();
            if (end != null && Arrays.compareUnsigned(array, offset, offset + length, end, 0, end.length) >= 0) {
                break;
            }
            if (entriesRead++ % ENTRIES_BETWEEN_CHECKS == 0 && output.cancelled.getAsBoolean()) {
                throw new NokvException(FailureCode.CANCELLED, "the store is closing");
            }
            EntrySieve.Fate fate = sieve.look(entries);
            if (sieve.isNewKey()) {
                finishTableBefore(family, array, offset, length);
            }
            switch (fate) {
                case DROP -> {
                }
                case KEEP -> write(family, entries, entries.kind());
                case KEEP_AS_TOMBSTONE -> write(family, entries, EntryKind.DELETE);
            }
            done += length + (entries.isTombstone() ? 0 : entries.valueLength());
            entries.next();
        }
        if (done < bytes) {
            delete(family, ranges.before(end));
            shadowed += sieve.shadowed;
            tombstonesDropped += sieve.tombstonesDropped + ranges.dropped;
            filtered += sieve.filtered;
            sieve = null;
            ranges = null;
            entries = null;
        }
        return done;
    }

    /** Ends the table before the key, a new one, if it is long enough or if it must not reach across. */
    private void finishTableBefore(Family family, byte[] array, int offset, int length) {
        boolean cut = false;
        while (nextCut < output.cuts.size()
                && TableKey.compare(output.cuts.get(nextCut), family, array, offset, length) <= 0) {
            nextCut++;
            cut = true;
        }
        if (writer != null && (cut || deeper != null && writer.bytes() >= output.tableBytes)) {
            if (!ranges.isEmpty()) {
                delete(family, ranges.before(Arrays.copyOfRange(array, offset, offset + length)));
            }
            finishTable();
        }
    }

    /** Puts into the table what is deleted. */
    private void delete(Family family, RangeDeletions piece) {
        if (!piece.isEmpty()) {
            beginTable();
            writer.delete(family, piece);
        }
    }

    private void beginTable() {
        if (writer == null) {
            long number = output.numbers.getAsLong();
            begun.add(number);
            writer = output.store.create(number, output.compression);
        }
    }

    private void write(Family family, EntryCursor entry, EntryKind kind) {
        beginTable();
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
            TableMeta table = writer.finish();
            tables.add(table);
            finishedBytes += table.bytes();
            writer.close();
            writer = null;
        }
    }

    /**
     * Takes back what was written; not while a step is under way. The files are not named anywhere: a failure to delete them
     * leaves them to the next opening.
     */
    public void discard() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        tables.clear();
        separator.discard();
        try {
            while (!begun.isEmpty()) {
                output.store.delete(begun.removeLast());
            }
        } catch (NokvException _) {
            begun.clear();
        }
    }
}
