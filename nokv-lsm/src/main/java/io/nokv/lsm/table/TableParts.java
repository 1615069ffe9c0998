package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.EnumMap;

/** Where the parts of a table lie: one after the other, in the order in which they were added. */
final class TableParts {
    private final ByteWriter out = new ByteWriter(64);
    private final EnumMap<TablePart, BlockFormat.Place> places = new EnumMap<>(TablePart.class);
    private long begin = -1;

    void add(TablePart part, BlockFormat.Place place) {
        begin = begin < 0 ? place.offset() : begin;
        places.put(part, place);
        out.u8(part.code()).varint(place.offset()).varint(place.bytes());
    }

    byte[] encode() {
        return out.toBytes();
    }

    /** CORRUPTION, without a place, unless the parts meet and the last one ends at {@code end}. */
    static TableParts decode(byte[] raw, long end) {
        TableParts parts = new TableParts();
        ByteReader in = new ByteReader(raw);
        long at = -1;
        while (in.remaining() > 0) {
            TablePart part = TablePart.ofCode(in.u8());
            BlockFormat.Place place = new BlockFormat.Place(in.varint(), in.varint(BlockFormat.MAX_RAW_BYTES));
            if (part == null || place.offset() < 0 || at >= 0 && place.offset() != at) {
                throw new NokvException(FailureCode.CORRUPTION, "the parts of the table do not meet");
            }
            parts.add(part, place);
            at = place.end();
        }
        if (at != end || !parts.places.containsKey(TablePart.INDEX)
                || !parts.places.containsKey(TablePart.PROPERTIES)) {
            throw new NokvException(FailureCode.CORRUPTION, "parts of the table are missing");
        }
        return parts;
    }

    /** Where the first part begins, and the partitions end. */
    long begin() {
        return begin;
    }

    /** Where {@code part} lies, or null. */
    BlockFormat.Place place(TablePart part) {
        return places.get(part);
    }

}
