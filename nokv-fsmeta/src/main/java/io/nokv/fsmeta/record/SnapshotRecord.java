package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import java.nio.charset.StandardCharsets;

/** A published snapshot; root and version are in its key. */
public record SnapshotRecord(String label, long createdAtMillis) {
    public byte[] encode() {
        return ValueHeader.write(RowKind.SNAPSHOT).varint(createdAtMillis)
                .bytes(label.getBytes(StandardCharsets.UTF_8)).toBytes();
    }

    public static SnapshotRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.SNAPSHOT);
        long created = in.varint();
        SnapshotRecord record = new SnapshotRecord(new String(in.bytes(), StandardCharsets.UTF_8), created);
        ValueHeader.end(in, version);
        return record;
    }
}
