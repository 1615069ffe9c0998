package io.nokv.lsm;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the bytes of one range of one family lie, in one held state. Reads indexes and memtables. Not thread-safe. */
final class RangeSizes {
    /** Pieces a table is cut into at most when split keys are looked for, and all tables together, unless there are more. */
    private static final int PIECES_PER_TABLE = 256;
    private static final int PIECES_IN_ALL = 64 << 10;
    /** Entries of a memtable are put together to pieces of so many bytes. */
    private static final long MEMTABLE_PIECE_BYTES = 4 << 10;

    private final ReadState state;
    private final TableStore tables;
    private final Family family;
    private final Range range;

    RangeSizes(ReadState state, TableStore tables, Family family, Range range) {
        this.state = state;
        this.tables = tables;
        this.family = family;
        this.range = range;
    }

    long bytes() {
        long[] sum = new long[1];
        if (!range.isEmpty()) {
            inMemtables((_, bytes) -> sum[0] += bytes);
            forEachTable(table -> {
                if (table.meta().within(family, range)) {
                    sum[0] += withValues(table.meta(), table.meta().bytes());
                } else {
                    table.reader(tables).pieces(family, range, 1,
                            (_, bytes) -> sum[0] += withValues(table.meta(), bytes));
                }
            });
        }
        return sum[0];
    }

    /** Pieces are ordered by their last keys, and the range is cut where the sum passes the next part of the whole. */
    List<byte[]> splitKeys(int parts, KeyTails tails) {
        TreeMap<byte[], Long> pieces = new TreeMap<>(Bytes.ORDER);
        List<byte[]> keys = new ArrayList<>();
        if (range.isEmpty()) {
            return keys;
        }
        inMemtables((key, bytes) -> pieces.merge(key, bytes, Long::sum));
        long[] behind = new long[1];
        int[] count = new int[1];
        forEachTable(_ -> count[0]++);
        int limit = Math.clamp(PIECES_IN_ALL / Math.max(1, count[0]), 1, PIECES_PER_TABLE);
        forEachTable(table -> table.reader(tables).pieces(family, range, limit, (key, stored) -> {
            long bytes = withValues(table.meta(), stored);
            if (key != null && range.contains(key)) {
                pieces.merge(key, bytes, Long::sum);
            } else {
                behind[0] += bytes;
            }
        }));
        long total = behind[0] + pieces.values().stream().mapToLong(Long::longValue).sum();
        byte[] before = range.from() == null ? Bytes.EMPTY : range.from();
        long passed = 0;
        int cut = 1;
        for (Map.Entry<byte[], Long> piece : pieces.entrySet()) {
            passed += piece.getValue();
            if (cut < parts && passed * parts >= total * cut) {
                byte[] key = Arrays.copyOf(piece.getKey(), tails.headBytes(family, piece.getKey().length));
                if (Bytes.ORDER.compare(key, before) > 0) {
                    keys.add(key);
                    before = key;
                    while (cut < parts && passed * parts >= total * cut) {
                        cut++;
                    }
                }
            }
        }
        return keys;
    }

    /** So many bytes of a table, and a like share of what it points to in value files. */
    private static long withValues(TableMeta table, long bytes) {
        return bytes + (long) ((double) table.valueBytes() * bytes / table.bytes());
    }

    private interface Visitor {
        void piece(byte[] lastKey, long bytes);
    }

    private interface TableVisitor {
        void table(TableHandle table);
    }

    private void forEachTable(TableVisitor visitor) {
        for (int level = 0; level < Version.LEVELS; level++) {
            state.version().overlapping(level, family, range).forEach(visitor::table);
        }
        for (ReadState.Full full : state.waiting()) {
            if (full.memtable() instanceof IngestedTables ingested) {
                ingested.handles().stream().filter(t -> t.meta().overlaps(family, range)).forEach(visitor::table);
            }
        }
    }

    private void inMemtables(Visitor visitor) {
        inMemtable(state.active(), visitor);
        for (ReadState.Full full : state.waiting()) {
            Memtable memtable = full.memtable() instanceof IngestedTables ingested
                    ? ingested.beside()
                    : full.memtable();
            if (memtable != null) {
                inMemtable(memtable, visitor);
            }
        }
    }

    private void inMemtable(Memtable memtable, Visitor visitor) {
        EntryCursor entries = memtable.cursor(family);
        if (range.from() == null) {
            entries.seekToFirst();
        } else {
            entries.seek(range.from(), EntryCursor.MAX_SEQUENCE);
        }
        long bytes = 0;
        for (; entries.isValid(); entries.next()) {
            byte[] array = entries.keyArray();
            int from = entries.keyOffset();
            int to = from + entries.keyLength();
            if (range.to() != null && Arrays.compareUnsigned(array, from, to, range.to(), 0, range.to().length) >= 0) {
                break;
            }
            bytes += entries.keyLength() + (entries.isTombstone() ? 0 : entries.valueLength())
                    + Memtable.ENTRY_OVERHEAD_BYTES;
            if (bytes >= MEMTABLE_PIECE_BYTES) {
                visitor.piece(Arrays.copyOfRange(array, from, to), bytes);
                bytes = 0;
            }
        }
        if (bytes > 0) {
            visitor.piece(lastKey(entries), bytes);
        }
    }

    /** The last key of the range; there is one. */
    private byte[] lastKey(EntryCursor entries) {
        if (range.to() == null) {
            entries.seekToLast();
        } else {
            entries.seekBefore(range.to(), EntryCursor.MAX_SEQUENCE);
        }
        return Arrays.copyOfRange(entries.keyArray(), entries.keyOffset(), entries.keyOffset() + entries.keyLength());
    }
}
