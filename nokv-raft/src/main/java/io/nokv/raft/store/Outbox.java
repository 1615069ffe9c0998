package io.nokv.raft.store;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.port.Net;
import io.nokv.raft.core.Message;
import io.nokv.raft.region.RegionEpoch;
import java.util.TreeMap;

/** What one loop has to say in one turn, in frames by store and lane. Used by its loop alone. */
final class Outbox {
    private final long storeId;
    private final Net net;
    private final int frameBytes;
    private final Counters counters;
    private final TreeMap<Long, ByteWriter> urgent = new TreeMap<>();
    private final TreeMap<Long, ByteWriter> normal = new TreeMap<>();

    Outbox(long storeId, Net net, int frameBytes, Counters counters) {
        this.storeId = storeId;
        this.net = net;
        this.frameBytes = frameBytes;
        this.counters = counters;
    }

    void add(long toStore, long region, RegionEpoch epoch, Message message) {
        boolean hurry = isUrgent(message);
        ByteWriter frame = (hurry ? urgent : normal).computeIfAbsent(toStore, _ -> new ByteWriter(512));
        if (frame.size() == 0) {
            frame.u8(Frames.RAFT);
        }
        Frames.put(frame, region, epoch, message);
        counters.messagesOut.increment();
        if (frame.size() >= frameBytes) {
            send(toStore, hurry ? Net.Lane.URGENT : Net.Lane.NORMAL, frame);
        }
    }

    private static boolean isUrgent(Message message) {
        return switch (message) {
            case Message.PreVote _,Message.PreVoteReply _,Message.RequestVote _,Message.VoteReply _,Message.Heartbeat _,Message.HeartbeatReply _,Message.TimeoutNow _,Message.NewerTerm _ ->
                true;
            case Message.Append _,Message.Appended _,Message.AppendRefused _,Message.InstallSnapshot _ -> false;
        };
    }

    void flush() {
        urgent.forEach((store, frame) -> send(store, Net.Lane.URGENT, frame));
        normal.forEach((store, frame) -> send(store, Net.Lane.NORMAL, frame));
    }

    private void send(long toStore, Net.Lane lane, ByteWriter frame) {
        if (frame.size() > 0) {
            net.send(storeId, toStore, lane, frame.toBytes());
            counters.framesOut.increment();
            frame.reset();
        }
    }
}
