package io.nokv.lsm.table;

import io.nokv.base.codec.Bytes;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.range.RangeDeletions;
import java.util.ArrayList;
import java.util.List;

/** The deletions of ranges that a table has, by family. Used by one flow while it is filled, then immutable. */
final class DeletionsBlock {
    private static final Family[] FAMILIES = Family.values();

    private final RangeDeletions[] byFamily = new RangeDeletions[FAMILIES.length];

    /** Deletions of {@code family} that are not in the block yet and lie behind those that are. */
    void add(Family family, RangeDeletions more) {
        if (!more.isEmpty()) {
            List<RangeDeletions.Fragment> all = new ArrayList<>(of(family).fragments());
            all.addAll(more.fragments());
            byFamily[family.ordinal()] = RangeDeletions.of(all);
        }
    }

    RangeDeletions of(Family family) {
        RangeDeletions known = byFamily[family.ordinal()];
        return known == null ? RangeDeletions.NONE : known;
    }

    boolean isEmpty() {
        return count() == 0;
    }

    /** How many sequence numbers all fragments have. */
    long count() {
        long sum = 0;
        for (Family family : FAMILIES) {
            sum += of(family).count();
        }
        return sum;
    }

    long bytes() {
        long sum = 0;
        for (Family family : FAMILIES) {
            sum += of(family).bytes();
        }
        return sum;
    }

    long minSequence() {
        long min = Long.MAX_VALUE;
        for (Family family : FAMILIES) {
            min = of(family).isEmpty() ? min : Math.min(min, of(family).minSequence());
        }
        return min;
    }

    long maxSequence() {
        long max = 0;
        for (Family family : FAMILIES) {
            max = of(family).isEmpty() ? max : Math.max(max, of(family).maxSequence());
        }
        return max;
    }

    /** The table key at which the first deletion begins. Requires that there is one. */
    byte[] smallest() {
        for (Family family : FAMILIES) {
            if (!of(family).isEmpty()) {
                return TableKey.of(family, of(family).fragment(0).from());
            }
        }
        throw new AssertionError("invariant broken: there are deletions");
    }

    /** The table key at which the last deletion ends, and which it leaves alone. Requires that there is one. */
    byte[] end() {
        for (int i = FAMILIES.length - 1; i >= 0; i--) {
            RangeDeletions of = of(FAMILIES[i]);
            if (!of.isEmpty()) {
                byte[] to = of.fragment(of.size() - 1).to();
                return to == null ? new byte[]{(byte) (FAMILIES[i].code() + 1)} : TableKey.of(FAMILIES[i], to);
            }
        }
        throw new AssertionError("invariant broken: there are deletions");
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(256);
        for (Family family : FAMILIES) {
            RangeDeletions of = of(family);
            if (!of.isEmpty()) {
                out.u8(family.code()).varint(of.size());
                for (RangeDeletions.Fragment f : of.fragments()) {
                    out.bytes(f.from()).u8(f.to() == null ? 0 : 1);
                    if (f.to() != null) {
                        out.bytes(f.to());
                    }
                    out.varint(f.sequences().length);
                    for (long sequence : f.sequences()) {
                        out.varint(sequence);
                    }
                }
            }
        }
        return out.toBytes();
    }

    /** CORRUPTION, without a place, when the grammar is broken. */
    static DeletionsBlock decode(byte[] raw) {
        ByteReader in = new ByteReader(raw);
        DeletionsBlock read = new DeletionsBlock();
        while (in.remaining() > 0) {
            Family family = Family.ofCode(in.u8());
            List<RangeDeletions.Fragment> fragments = new ArrayList<>();
            byte[] before = Bytes.EMPTY;
            for (int left = in.varint(Integer.MAX_VALUE); left > 0; left--) {
                byte[] from = in.bytes();
                byte[] to = in.u8() == 0 ? null : in.bytes();
                long[] sequences = new long[in.varint(in.remaining())];
                for (int i = 0; i < sequences.length; i++) {
                    sequences[i] = in.varint();
                }
                boolean inOrder = before != null && Bytes.ORDER.compare(before, from) <= 0
                        && (to == null || Bytes.ORDER.compare(from, to) < 0) && sequences.length > 0;
                for (int i = 1; i < sequences.length; i++) {
                    inOrder &= sequences[i] < sequences[i - 1];
                }
                if (!inOrder || family == null) {
                    throw new NokvException(FailureCode.CORRUPTION, "deletions of ranges out of order");
                }
                fragments.add(new RangeDeletions.Fragment(from, to, sequences));
                before = to;
            }
            if (family == null || !read.of(family).isEmpty()) {
                throw new NokvException(FailureCode.CORRUPTION, "deletions of ranges of no known family");
            }
            read.byFamily[family.ordinal()] = RangeDeletions.of(fragments);
        }
        return read;
    }
}
