package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;

/**
 * A region as of its applied index: what is kept of it beside its rows, and what a snapshot carries. Immutable.
 *
 * @param membership says the same as the roles of the peers in {@code region}, as the core wants it
 * @param frozen null unless the region is being merged
 */
record RegionRecord(RegionDescriptor region, Membership membership, Frozen frozen) {
    /** New regions begin after an entry that nobody has, so that a replica that hears of one needs a snapshot. */
    static final StoreKeys.Applied FIRST = new StoreKeys.Applied(5, 5);

    private static final int FORMAT = 1;

    /**
     * A region that is to become a part of its neighbour.
     *
     * @param targetId the neighbour
     * @param targetEpoch what it must still be when it takes over
     * @param atIndex where the region was frozen: no command behind has effects
     */
    record Frozen(long targetId, RegionEpoch targetEpoch, long atIndex) {}

    /** {@code region} with voters only. */
    static RegionRecord of(RegionDescriptor region) {
        return new RegionRecord(region, Peers.membership(region.peers()), null);
    }

    void encode(ByteWriter out) {
        out.u8(FORMAT).u8(frozen == null ? 0 : 1).bytes(region.encode());
        membership.encode(out);
        if (frozen != null) {
            out.varint(frozen.targetId).varint(frozen.targetEpoch.version()).varint(frozen.targetEpoch.confVersion())
                    .varint(frozen.atIndex);
        }
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter();
        encode(out);
        return out.toBytes();
    }

    static RegionRecord decode(ByteReader in) {
        int format = in.u8();
        if (format != FORMAT) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION, "region record of format " + format);
        }
        boolean isFrozen = in.u8() != 0;
        RegionDescriptor region = RegionDescriptor.decode(in.bytes());
        Membership membership = Membership.decode(in);
        Frozen frozen = isFrozen
                ? new Frozen(in.varint(), new RegionEpoch(in.varint(), in.varint()), in.varint())
                : null;
        return new RegionRecord(region, membership, frozen);
    }

    static RegionRecord decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        RegionRecord record = decode(in);
        in.end();
        return record;
    }
}
