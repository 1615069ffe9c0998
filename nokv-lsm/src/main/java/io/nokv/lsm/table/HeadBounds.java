package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.Arrays;

/**
 * Where the heads of a table's keys end, as its filter was built, and between which bounds their tails lie. Immutable once
 * read or complete.
 */
final class HeadBounds {
    private static final Family[] FAMILIES = Family.values();

    private final KeyTails tails;
    /** By family; unsigned, and the smallest above the largest when the family has no key with a tail here. */
    private final long[] smallest = new long[FAMILIES.length];
    private final long[] largest = new long[FAMILIES.length];

    HeadBounds(KeyTails tails) {
        this.tails = tails;
        Arrays.fill(smallest, -1);
    }

    KeyTails tails() {
        return tails;
    }

    /** Takes a key into account. */
    void add(Family family, byte[] key, int offset, int length) {
        int tailBytes = tails.of(family);
        if (tailBytes > 0 && length >= tailBytes) {
            int i = family.ordinal();
            long tail = KeyTails.read(key, offset + length - tailBytes, tailBytes);
            smallest[i] = Long.compareUnsigned(tail, smallest[i]) < 0 ? tail : smallest[i];
            largest[i] = Long.compareUnsigned(tail, largest[i]) > 0 ? tail : largest[i];
        }
    }

    /** Whether the filter was built with the heads that the look-up means. */
    boolean agreesWith(PointLookup lookup) {
        return tails.of(lookup.family()) == lookup.familyTail();
    }

    /** Whether a key of the table can change the look-up's answer, as far as tails tell. Requires {@link #agreesWith}. */
    boolean mayAnswer(PointLookup lookup) {
        int i = lookup.family().ordinal();
        return lookup.mayBeAmong(smallest[i], largest[i]);
    }

    /** Whether no key of the table is before the look-up's and has its head. Requires {@link #agreesWith}, and a tail. */
    boolean beginFrom(PointLookup lookup) {
        return lookup.isFrom(smallest[lookup.family().ordinal()]);
    }

    void encode(ByteWriter out) {
        for (Family family : FAMILIES) {
            if (tails.of(family) > 0) {
                out.u8(family.code()).u8(tails.of(family)).u64(smallest[family.ordinal()])
                        .u64(largest[family.ordinal()]);
            }
        }
    }

    /** Reads to the end of {@code in}; CORRUPTION, without a place, when the grammar is broken. */
    static HeadBounds decode(ByteReader in) {
        KeyTails tails = KeyTails.NONE;
        long[][] bounds = new long[FAMILIES.length][];
        while (in.remaining() > 0) {
            Family family = Family.ofCode(in.u8());
            int tailBytes = in.u8();
            if (family == null || tailBytes == 0 || tailBytes > KeyTails.MAX_BYTES) {
                throw new NokvException(FailureCode.CORRUPTION, "a tail of " + tailBytes + " bytes");
            }
            tails = tails.with(family, tailBytes);
            bounds[family.ordinal()] = new long[]{in.u64(), in.u64()};
        }
        HeadBounds read = new HeadBounds(tails);
        for (int i = 0; i < bounds.length; i++) {
            if (bounds[i] != null) {
                read.smallest[i] = bounds[i][0];
                read.largest[i] = bounds[i][1];
            }
        }
        return read;
    }
}
