package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.raft.core.Message;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.wire.MessageCodec;

/**
 * What goes from store to store, beside snapshots. The first byte says what it is.
 *
 * <pre>
 * 1 raft     (varint:region varint:version varint:confVersion message)*     the epoch is the sender's, 0/0 when it has none
 * 2          belongs to the snapshot transfer
 * 3 control  one {@link Control}
 * </pre>
 */
final class Frames {
    static final int RAFT = 1;
    static final int CONTROL = 3;

    /** One raft message as it came: {@code epoch} is what its sender takes the region for. */
    record Arrived(long region, RegionEpoch epoch, Message message) {}

    private Frames() {}

    static void put(ByteWriter frame, long region, RegionEpoch epoch, Message message) {
        frame.varint(region).varint(epoch.version()).varint(epoch.confVersion());
        MessageCodec.put(frame, message);
    }

    static Arrived next(ByteReader in) {
        return new Arrived(in.varint(), new RegionEpoch(in.varint(), in.varint()), MessageCodec.decode(in));
    }
}
