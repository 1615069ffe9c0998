package io.nokv.lsm.version;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableTraits;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A change of the set of tables and value files, or the whole of it.
 *
 * @param addedValues value files that are there now
 * @param removedValues numbers of value files that are not any more
 * @param log null when it stays
 * @param nextNumber the lowest file number not yet used, 0 when it stays
 */
public record VersionEdit(List<Added> added, List<Removed> removed, List<ValueFileMeta> addedValues,
        List<Long> removedValues, LogMark log, long nextNumber) {
    private static final int VERSION = 3;

    /** A change of tables alone. */
    public VersionEdit(List<Added> added, List<Removed> removed, LogMark log, long nextNumber) {
        this(added, removed, List.of(), List.of(), log, nextNumber);
    }

    /** This edit, with other changes of the value files. */
    public VersionEdit withValues(List<ValueFileMeta> nowAdded, List<Long> nowRemoved) {
        return new VersionEdit(added, removed, List.copyOf(nowAdded), List.copyOf(nowRemoved), log, nextNumber);
    }

    /** This edit, with another mark of the log. */
    public VersionEdit withLog(LogMark mark) {
        return new VersionEdit(added, removed, addedValues, removedValues, mark, nextNumber);
    }

    /** What the store is after this edit, which describes it whole; as bytes that are the same for the same store. */
    byte[] encodeState() {
        return new VersionEdit(added.stream().sorted(Comparator.comparingLong(a -> a.table.number())).toList(), removed,
                addedValues.stream().sorted(Comparator.comparingLong(ValueFileMeta::number)).toList(), removedValues,
                log, 0).encode();
    }

    /** A table that is now in {@code level}. */
    public record Added(int level, TableMeta table) {}

    /** A table that is no longer in {@code level}. */
    public record Removed(int level, long table) {}

    /**
     * All batches up to {@code flushedSequence} are in tables; the first later one is in {@code firstSegment} or after, and
     * so is whatever else of the log is needed.
     */
    public record LogMark(long firstSegment, long flushedSequence) {
        /** The later of both, in each respect. */
        public LogMark orLater(LogMark other) {
            return new LogMark(Math.max(firstSegment, other.firstSegment),
                    Math.max(flushedSequence, other.flushedSequence));
        }
    }

    /** The edits of a manifest as one: the first describes a store, the others change it. CORRUPTION when they do not fit. */
    public static VersionEdit fold(List<VersionEdit> edits) {
        TreeMap<Long, Added> tables = new TreeMap<>();
        TreeMap<Long, ValueFileMeta> values = new TreeMap<>();
        LogMark log = null;
        long nextNumber = 0;
        for (VersionEdit edit : edits) {
            for (Removed r : edit.removed) {
                Added before = tables.remove(r.table);
                if (before == null || before.level != r.level) {
                    throw new NokvException(FailureCode.CORRUPTION,
                            "table " + r.table + " is dropped from level " + r.level + ", where it is not");
                }
            }
            for (Added a : edit.added) {
                if (tables.put(a.table.number(), a) != null) {
                    throw new NokvException(FailureCode.CORRUPTION, "table " + a.table.number() + " is added twice");
                }
            }
            for (long number : edit.removedValues) {
                if (values.remove(number) == null) {
                    throw new NokvException(FailureCode.CORRUPTION,
                            "value file " + number + " is dropped, but is not there");
                }
            }
            for (ValueFileMeta file : edit.addedValues) {
                if (values.put(file.number(), file) != null) {
                    throw new NokvException(FailureCode.CORRUPTION, "value file " + file.number() + " is added twice");
                }
            }
            log = edit.log == null ? log : edit.log;
            nextNumber = Math.max(nextNumber, edit.nextNumber);
        }
        return new VersionEdit(List.copyOf(tables.values()), List.of(), List.copyOf(values.values()), List.of(), log,
                nextNumber);
    }

    /** The edit as bytes. */
    public byte[] encode() {
        ByteWriter out = new ByteWriter(256);
        out.u32(VERSION);
        for (Added a : added) {
            TableMeta t = a.table;
            out.u8(1).u8(a.level).varint(t.number()).varint(t.bytes()).varint(t.entries()).varint(t.tombstones())
                    .varint(t.minSequence()).varint(t.maxSequence()).bytes(t.smallest()).bytes(t.largest());
            t.traits().encode(out);
            ValueShare.encode(out, t.values());
            out.u32(t.checksum());
        }
        for (Removed r : removed) {
            out.u8(2).u8(r.level).varint(r.table);
        }
        addedValues.forEach(v -> v.encode(out.u8(5)));
        removedValues.forEach(v -> out.u8(6).varint(v));
        if (log != null) {
            out.u8(3).varint(log.firstSegment).varint(log.flushedSequence);
        }
        if (nextNumber != 0) {
            out.u8(4).varint(nextNumber);
        }
        return out.toBytes();
    }

    /** CORRUPTION, without a place, when the payload breaks the grammar. */
    public static VersionEdit decode(byte[] payload) {
        ByteReader in = new ByteReader(payload);
        int version = in.u32();
        if (version != VERSION) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION,
                    "manifest format " + version + ", this program reads " + VERSION);
        }
        List<Added> added = new ArrayList<>();
        List<Removed> removed = new ArrayList<>();
        List<ValueFileMeta> addedValues = new ArrayList<>();
        List<Long> removedValues = new ArrayList<>();
        LogMark log = null;
        long nextNumber = 0;
        while (in.remaining() > 0) {
            int field = in.u8();
            switch (field) {
                case 1 -> added.add(new Added(level(in), new TableMeta(in.varint(), in.varint(), in.varint(),
                        in.varint(), in.varint(), in.varint(), key(in), key(in), TableTraits.decode(in),
                        ValueShare.decode(in), in.u32())));
                case 2 -> removed.add(new Removed(level(in), in.varint()));
                case 3 -> log = new LogMark(in.varint(), in.varint());
                case 4 -> nextNumber = in.varint();
                case 5 -> addedValues.add(ValueFileMeta.decode(in));
                case 6 -> removedValues.add(in.varint());
                default -> throw new NokvException(FailureCode.CORRUPTION, "unknown field " + field);
            }
        }
        return new VersionEdit(List.copyOf(added), List.copyOf(removed), List.copyOf(addedValues),
                List.copyOf(removedValues), log, nextNumber);
    }

    private static int level(ByteReader in) {
        int level = in.u8();
        if (level >= Version.LEVELS) {
            throw new NokvException(FailureCode.CORRUPTION, "level " + level);
        }
        return level;
    }

    private static byte[] key(ByteReader in) {
        byte[] key = in.bytes();
        if (key.length == 0) {
            throw new NokvException(FailureCode.CORRUPTION, "a table bound without a family");
        }
        return key;
    }
}
