package io.nokv.lsm.transfer;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableTraits;
import java.util.List;

/**
 * One table file of an export. Bounds are {@linkplain io.nokv.lsm.table.TableKey table keys}, inclusive; arrays are not to be
 * changed.
 *
 * @param name of the file
 * @param stamp the number that its checksums are bound to
 * @param checksum CRC32C of the whole file
 */
record ExportedTable(String name, long stamp, long bytes, long entries, byte[] smallest, byte[] largest,
        int checksum) {
    void encode(ByteWriter out) {
        out.varint(stamp).varint(bytes).varint(entries).bytes(smallest).bytes(largest).u32(checksum);
    }

    static ExportedTable decode(String name, ByteReader in) {
        return new ExportedTable(name, in.varint(), in.varint(), in.varint(), in.bytes(), in.bytes(), in.u32());
    }

    /** As table {@code number} of a store, before its sequence number is known. */
    TableMeta as(long number) {
        return new TableMeta(number, bytes, entries, 0, 1, 1, smallest, largest, new TableTraits(stamp, 1, 0, false),
                List.of(), checksum);
    }
}
