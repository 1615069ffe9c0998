package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;

/**
 * What stores say to each other beside Raft. May be lost, repeated and late, as everything between stores.
 *
 * <pre>
 * control = u8:3 u8:kind fields
 * 1 stale         varint:region varint:peer u8:merged bytes:descriptor
 * 2 check         varint:region varint:peer varint:version varint:confVersion
 * 3 snapshotDone  varint:region varint:leaderPeer varint:peer u8:arrived
 * </pre>
 */
sealed interface Control {
    /** The region whose loop is to hear it; 0: the store. */
    long region();

    /**
     * The region is not what {@code peer} takes it for.
     *
     * @param merged it is a part of another one
     * @param now as the sender knows it
     */
    record Stale(long region, long peer, boolean merged, RegionDescriptor now) implements Control {}

    /** {@code peer} has not heard of anybody for long: is it still a member? */
    record Check(long region, long peer, RegionEpoch epoch) implements Control {}

    /** The snapshot for {@code peer} was installed, or was not. */
    record SnapshotDone(long region, long leaderPeer, long peer, boolean arrived) implements Control {}

    default byte[] encode() {
        ByteWriter out = new ByteWriter().u8(Frames.CONTROL);
        switch (this) {
            case Stale(long region, long peer, boolean merged, RegionDescriptor now) ->
                out.u8(1).varint(region).varint(peer).u8(merged ? 1 : 0).bytes(now.encode());
            case Check(long region, long peer, RegionEpoch epoch) ->
                out.u8(2).varint(region).varint(peer).varint(epoch.version()).varint(epoch.confVersion());
            case SnapshotDone(long region, long leader, long peer, boolean arrived) ->
                out.u8(3).varint(region).varint(leader).varint(peer).u8(arrived ? 1 : 0);
        }
        return out.toBytes();
    }

    /** CORRUPTION when {@code frame} is none. */
    static Control decode(byte[] frame) {
        ByteReader in = new ByteReader(frame);
        in.u8();
        int kind = in.u8();
        Control control = switch (kind) {
            case 1 -> new Stale(in.varint(), in.varint(), in.u8() != 0, RegionDescriptor.decode(in.bytes()));
            case 2 -> new Check(in.varint(), in.varint(), new RegionEpoch(in.varint(), in.varint()));
            case 3 -> new SnapshotDone(in.varint(), in.varint(), in.varint(), in.u8() != 0);
            default -> throw new NokvException(FailureCode.CORRUPTION, "store message of kind " + kind);
        };
        in.end();
        return control;
    }
}
