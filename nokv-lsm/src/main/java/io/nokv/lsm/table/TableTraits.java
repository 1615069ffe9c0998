package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;

/**
 * What the manifest knows of a table beyond the ordinary.
 *
 * @param stamp the number that the table's checksums are bound to, when the file was written under another one; else 0
 * @param sequence the sequence number that all entries carry in place of their own, which are 0 in the file; 0 when they
 *     carry their own
 */
public record TableTraits(long stamp, long sequence) {
    /** Of a table that this store wrote. */
    public static final TableTraits NONE = new TableTraits(0, 0);

    public void encode(ByteWriter out) {
        out.varint(stamp).varint(sequence);
    }

    public static TableTraits decode(ByteReader in) {
        TableTraits read = new TableTraits(in.varint(), in.varint());
        return read.equals(NONE) ? NONE : read;
    }
}
