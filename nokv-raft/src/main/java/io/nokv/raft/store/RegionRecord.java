package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.ArrayList;
import java.util.List;

/**
 * A region as of its applied index: what is kept of it beside its rows, and what a snapshot carries. Immutable.
 *
 * @param membership says the same as the roles of the peers in {@code region}, as the core wants it
 * @param frozen null unless the region is being merged
 * @param refusals the last neighbours that it refused to take over
 */
record RegionRecord(RegionDescriptor region, Membership membership, Frozen frozen, List<Refusal> refusals) {
    /** New regions begin after an entry that nobody has, so that a replica that hears of one needs a snapshot. */
    static final StoreKeys.Applied FIRST = new StoreKeys.Applied(5, 5);

    private static final int FORMAT = 1;
    private static final int MOST_REFUSALS = 16;

    /**
     * A region that is to become a part of its neighbour.
     *
     * @param targetId the neighbour
     * @param targetEpoch what it must still be when it takes over
     * @param atIndex where the region was frozen: no command behind has effects
     */
    record Frozen(long targetId, RegionEpoch targetEpoch, long atIndex) {}

    /** @param version of the epoch under which {@code sourceId} was to be taken over */
    record Refusal(long sourceId, long version) {}

    RegionRecord {
        refusals = List.copyOf(refusals);
    }

    /** {@code region} with voters and learners only. */
    static RegionRecord of(RegionDescriptor region) {
        return new RegionRecord(region, Peers.membership(region.peers()), null, List.of());
    }

    RegionRecord with(RegionDescriptor changed) {
        return new RegionRecord(changed, membership, frozen, refusals);
    }

    RegionRecord with(RegionDescriptor changed, Membership members) {
        return new RegionRecord(changed, members, frozen, refusals);
    }

    RegionRecord with(RegionDescriptor changed, Frozen now) {
        return new RegionRecord(changed, membership, now, refusals);
    }

    RegionRecord refusing(RegionDescriptor changed, Refusal more) {
        List<Refusal> all = new ArrayList<>(refusals);
        all.add(more);
        return new RegionRecord(changed, membership, frozen,
                all.subList(Math.max(0, all.size() - MOST_REFUSALS), all.size()));
    }

    void encode(ByteWriter out) {
        out.u8(FORMAT).u8(frozen == null ? 0 : 1).bytes(region.encode());
        membership.encode(out);
        if (frozen != null) {
            out.varint(frozen.targetId).varint(frozen.targetEpoch.version()).varint(frozen.targetEpoch.confVersion())
                    .varint(frozen.atIndex);
        }
        out.varint(refusals.size());
        refusals.forEach(refusal -> out.varint(refusal.sourceId).varint(refusal.version));
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
        List<Refusal> refusals = new ArrayList<>();
        for (int left = in.varint(MOST_REFUSALS); left > 0; left--) {
            refusals.add(new Refusal(in.varint(), in.varint()));
        }
        return new RegionRecord(region, membership, frozen, refusals);
    }

    static RegionRecord decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        RegionRecord record = decode(in);
        in.end();
        return record;
    }
}
