package io.nokv.lsm;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.VersionEdit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An ingest as the log describes it.
 *
 * @param tables with the numbers of their files and of their place in the order of writes
 * @param replaced the families whose {@code range} is deleted first; empty when the tables are added to what there is
 */
record IngestRecord(List<TableMeta> tables, Set<Family> replaced, Range range) {
    private static final int HAS_FROM = 1;
    private static final int HAS_TO = 2;

    /** How many sequence numbers it takes: a deletion stands before what comes in, and so has one of its own. */
    int sequences() {
        return replaced.isEmpty() ? 1 : 2;
    }

    /** The same with {@code sequence}, its last number, in all tables. */
    IngestRecord at(long sequence) {
        return new IngestRecord(tables.stream().map(t -> t.withSequence(sequence)).toList(), replaced, range);
    }

    /** What it deletes of {@code family} when {@code sequence} is its last number. */
    RangeDeletions deletions(Family family, long sequence) {
        return replaced.contains(family) ? RangeDeletions.NONE.with(range, sequence - 1) : RangeDeletions.NONE;
    }

    byte[] encode() {
        List<VersionEdit.Added> added = tables.stream().map(t -> new VersionEdit.Added(0, t)).toList();
        ByteWriter out = new ByteWriter(256).bytes(new VersionEdit(added, List.of(), null, 0).encode());
        out.varint(replaced.size());
        EnumSet.allOf(Family.class).stream().filter(replaced::contains).forEach(family -> out.u8(family.code()));
        out.u8((range.from() == null ? 0 : HAS_FROM) | (range.to() == null ? 0 : HAS_TO));
        if (range.from() != null) {
            out.bytes(range.from());
        }
        if (range.to() != null) {
            out.bytes(range.to());
        }
        return out.toBytes();
    }

    /** CORRUPTION, without a place, when the grammar is broken. */
    static IngestRecord decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        List<TableMeta> tables = VersionEdit.decode(in.bytes()).added().stream().map(VersionEdit.Added::table).toList();
        Set<Family> replaced = EnumSet.noneOf(Family.class);
        for (int left = in.varint(Family.values().length); left > 0; left--) {
            Family family = Family.ofCode(in.u8());
            if (family == null) {
                throw new NokvException(FailureCode.CORRUPTION, "an unknown family is replaced");
            }
            replaced.add(family);
        }
        int bounds = in.u8();
        byte[] from = (bounds & HAS_FROM) == 0 ? null : in.bytes();
        byte[] to = (bounds & HAS_TO) == 0 ? null : in.bytes();
        in.end();
        return new IngestRecord(tables, replaced, new Range(from, to));
    }
}
