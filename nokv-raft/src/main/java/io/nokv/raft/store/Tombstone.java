package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.region.RegionDescriptor;

/**
 * What a store keeps of a replica that left it, so that no old message brings it back.
 *
 * @param peerId of the replica
 * @param merged the region is a part of another one: nobody has it any more
 * @param last the region as it was known last; a replica that is older and not in it is gone too
 */
record Tombstone(long peerId, boolean merged, RegionDescriptor last) {
    private static final int FORMAT = 1;

    byte[] encode() {
        return new ByteWriter().u8(FORMAT).varint(peerId).u8(merged ? 1 : 0).bytes(last.encode()).toBytes();
    }

    static Tombstone decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int format = in.u8();
        if (format != FORMAT) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION, "tombstone of format " + format);
        }
        Tombstone tombstone = new Tombstone(in.varint(), in.u8() != 0, RegionDescriptor.decode(in.bytes()));
        in.end();
        return tombstone;
    }

    /** Whether {@code peer} of the region may come to be here. */
    boolean admits(long peer, long confVersion) {
        return !merged && peer != peerId
                && (confVersion > last.epoch().confVersion() || last.peer(peer) != null);
    }
}
