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
 * 4 askFrozen     varint:region varint:atIndex
 * 5 isFrozen      varint:region varint:atIndex
 * 6 takeOver      varint:target varint:version varint:confVersion varint:atIndex bytes:source
 * 7 refuse        varint:target varint:version varint:confVersion varint:source varint:atIndex
 * 8 refused       varint:region varint:atIndex u8:certain
 * 9 alive         varint:life
 * 10 wake         varint:region
 * 11 sleep        varint:region varint:toPeer varint:fromPeer varint:term varint:index u8:agreed
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

    /** Is the region frozen at {@code atIndex} there, for good? */
    record AskFrozen(long region, long atIndex) implements Control {}

    /** It is, on the sender's disk. */
    record IsFrozen(long region, long atIndex) implements Control {}

    /** All replicas of {@code source} are frozen: who leads the region may take it over, as long as it is of {@code epoch}. */
    record TakeOver(long region, RegionEpoch epoch, long atIndex, RegionDescriptor source) implements Control {}

    /** Who leads the region is never to take over {@code sourceId} under {@code epoch}. */
    record Refuse(long region, RegionEpoch epoch, long sourceId, long atIndex) implements Control {}

    /**
     * The region was not taken over on the sender's store.
     *
     * @param certain it never will be, on no store; else all stores must say this
     */
    record Refused(long region, long atIndex, boolean certain) implements Control {}

    /** The sender lives, and has since it said so first with this number. */
    record Alive(long life) implements Control {
        @Override
        public long region() {
            return 0;
        }
    }

    /** Somebody asks the region for something that its leader should know of. */
    record Wake(long region) implements Control {}

    /**
     * Let us stop to tick, as nothing happens; or, {@code agreed}: I do.
     *
     * @param term of both
     * @param index the last of both
     */
    record Sleep(long region, long toPeer, long fromPeer, long term, long index, boolean agreed) implements Control {}

    default byte[] encode() {
        ByteWriter out = new ByteWriter().u8(Frames.CONTROL);
        switch (this) {
            case Stale(long region, long peer, boolean merged, RegionDescriptor now) ->
                out.u8(1).varint(region).varint(peer).u8(merged ? 1 : 0).bytes(now.encode());
            case Check(long region, long peer, RegionEpoch epoch) ->
                put(out.u8(2).varint(region).varint(peer), epoch);
            case AskFrozen(long region, long atIndex) -> out.u8(4).varint(region).varint(atIndex);
            case IsFrozen(long region, long atIndex) -> out.u8(5).varint(region).varint(atIndex);
            case TakeOver(long region, RegionEpoch epoch, long atIndex, RegionDescriptor source) ->
                put(out.u8(6).varint(region), epoch).varint(atIndex).bytes(source.encode());
            case Refuse(long region, RegionEpoch epoch, long sourceId, long atIndex) ->
                put(out.u8(7).varint(region), epoch).varint(sourceId).varint(atIndex);
            case Refused(long region, long atIndex, boolean certain) ->
                out.u8(8).varint(region).varint(atIndex).u8(certain ? 1 : 0);
            case Alive(long life) -> out.u8(9).varint(life);
            case Wake(long region) -> out.u8(10).varint(region);
            case Sleep(long region, long to, long from, long term, long index, boolean agreed) ->
                out.u8(11).varint(region).varint(to).varint(from).varint(term).varint(index).u8(agreed ? 1 : 0);
            case SnapshotDone(long region, long leader, long peer, boolean arrived) ->
                out.u8(3).varint(region).varint(leader).varint(peer).u8(arrived ? 1 : 0);
        }
        return out.toBytes();
    }

    private static ByteWriter put(ByteWriter out, RegionEpoch epoch) {
        return out.varint(epoch.version()).varint(epoch.confVersion());
    }

    private static RegionEpoch epoch(ByteReader in) {
        return new RegionEpoch(in.varint(), in.varint());
    }

    /** CORRUPTION when {@code frame} is none. */
    static Control decode(byte[] frame) {
        ByteReader in = new ByteReader(frame);
        in.u8();
        int kind = in.u8();
        Control control = switch (kind) {
            case 1 -> new Stale(in.varint(), in.varint(), in.u8() != 0, RegionDescriptor.decode(in.bytes()));
            case 2 -> new Check(in.varint(), in.varint(), epoch(in));
            case 3 -> new SnapshotDone(in.varint(), in.varint(), in.varint(), in.u8() != 0);
            case 4 -> new AskFrozen(in.varint(), in.varint());
            case 5 -> new IsFrozen(in.varint(), in.varint());
            case 6 -> new TakeOver(in.varint(), epoch(in), in.varint(), RegionDescriptor.decode(in.bytes()));
            case 7 -> new Refuse(in.varint(), epoch(in), in.varint(), in.varint());
            case 8 -> new Refused(in.varint(), in.varint(), in.u8() != 0);
            case 9 -> new Alive(in.varint());
            case 10 -> new Wake(in.varint());
            case 11 -> new Sleep(in.varint(), in.varint(), in.varint(), in.varint(), in.varint(), in.u8() != 0);
            default -> throw new NokvException(FailureCode.CORRUPTION, "store message of kind " + kind);
        };
        in.end();
        return control;
    }
}
