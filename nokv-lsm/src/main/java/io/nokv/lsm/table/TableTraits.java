package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;

/**
 * What the manifest knows of a table beyond the ordinary.
 *
 * @param stamp the number that the table's checksums are bound to, when the file was written under another one; else 0
 * @param sequence the sequence number that all entries carry in place of their own, which are 0 in the file; 0 when they
 *     carry their own
 * @param rangeDeletions how many deletions of ranges it has; its bounds and its sequence numbers count them
 * @param openEnd whether its largest key is where a deletion ends, and so not in it any more
 */
public record TableTraits(long stamp, long sequence, long rangeDeletions, boolean openEnd) {
    /** Of a table that this store wrote, without deletions of ranges. */
    public static final TableTraits NONE = new TableTraits(0, 0, 0, false);

    public void encode(ByteWriter out) {
        out.varint(stamp).varint(sequence).varint(rangeDeletions).u8(openEnd ? 1 : 0);
    }

    public static TableTraits decode(ByteReader in) {
        TableTraits read = new TableTraits(in.varint(), in.varint(), in.varint(), in.u8() == 1);
        return read.equals(NONE) ? NONE : read;
    }
}
