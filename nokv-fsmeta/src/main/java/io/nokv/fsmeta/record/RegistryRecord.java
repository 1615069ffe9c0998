package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;

/** What the registry keeps under a mount's name; never changes. */
public record RegistryRecord(long mount) {
    public byte[] encode() {
        return ValueHeader.write(RowKind.MOUNT).varint(mount).toBytes();
    }

    public static RegistryRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.MOUNT);
        RegistryRecord record = new RegistryRecord(in.varint());
        ValueHeader.end(in, version);
        return record;
    }
}
