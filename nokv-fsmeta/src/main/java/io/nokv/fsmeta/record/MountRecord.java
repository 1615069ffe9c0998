package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import io.nokv.fsmeta.api.Mount;

/**
 * The state of a mount. Every change of the namespace checks this row, so whoever puts it makes all changes under way
 * run again and see it: retirement, quota changes, and moves of directories from one set of quota scopes to another.
 *
 * @param scopes how many quotas are set on directories other than the root
 */
public record MountRecord(Mount.State state, int schemaVersion, long registeredAtMillis, long retiredAtMillis,
        int scopes) {
    public static final int SCHEMA_VERSION = 1;

    public MountRecord withScopes(int newScopes) {
        return new MountRecord(state, schemaVersion, registeredAtMillis, retiredAtMillis, newScopes);
    }

    public byte[] encode() {
        return ValueHeader.write(RowKind.MOUNT).u8(state == Mount.State.ACTIVE ? 0 : 1).varint(schemaVersion)
                .varint(registeredAtMillis).varint(retiredAtMillis).varint(scopes).toBytes();
    }

    public static MountRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.MOUNT);
        Mount.State state = in.u8() == 0 ? Mount.State.ACTIVE : Mount.State.RETIRED;
        MountRecord record = new MountRecord(state, in.varint(Integer.MAX_VALUE), in.varint(), in.varint(),
                in.varint(Integer.MAX_VALUE));
        ValueHeader.end(in, version);
        return record;
    }
}
