package io.nokv.fsmeta.record;

import io.nokv.base.codec.CounterRecord;

/** The U row of a scope: what is charged in its directory and below. The scope's own directory is not counted. */
public record Usage(long bytes, long inodes) {
    public static final int BYTES = 0;
    public static final int INODES = 1;

    public static final Usage NONE = new Usage(0, 0);

    public Usage plus(long moreBytes, long moreInodes) {
        return new Usage(bytes + moreBytes, inodes + moreInodes);
    }

    public byte[] encode() {
        return new CounterRecord(ValueHeader.of(RowKind.USAGE), bytes, inodes).encode();
    }

    public static Usage decode(byte[] value) {
        CounterRecord record = Counters.decode(value, RowKind.USAGE, INODES + 1);
        return new Usage(record.slot(BYTES), record.slot(INODES));
    }
}
