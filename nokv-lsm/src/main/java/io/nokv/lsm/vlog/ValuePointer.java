package io.nokv.lsm.vlog;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;

/**
 * Where a value is: what a table has in its place. It names the file that the value was first written to, and the offset
 * there; both stay when the value is moved, so that a pointer never changes (see {@link ValueFileSet}).
 *
 * @param origin number of the file that the value was first written to
 * @param offset of its record in that file
 * @param recordBytes length of the record, key and frame included
 * @param valueBytes length of the value
 * @param checksum of the record
 */
public record ValuePointer(long origin, long offset, int recordBytes, int valueBytes, int checksum) {
    public byte[] encode() {
        return new ByteWriter(20).varint(origin).varint(offset).varint(recordBytes).varint(valueBytes).u32(checksum)
                .toBytes();
    }

    /** CORRUPTION, without a place, when the grammar is broken. */
    public static ValuePointer decode(byte[] array, int at, int length) {
        ByteReader in = new ByteReader(array, at, length);
        ValuePointer pointer = new ValuePointer(in.varint(), in.varint(), in.varint(Integer.MAX_VALUE),
                in.varint(Integer.MAX_VALUE), in.u32());
        in.end();
        return pointer;
    }
}
