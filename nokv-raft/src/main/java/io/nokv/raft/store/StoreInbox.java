package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Net;
import io.nokv.raft.core.Message;
import io.nokv.raft.region.RegionDescriptor;
import java.util.ArrayList;
import java.util.List;

/** Takes what other stores say to the loops it concerns. Called on the network's flows; never waits. */
final class StoreInbox implements Net.Inbox {
    private final HostedStore store;

    StoreInbox(HostedStore store) {
        this.store = store;
    }

    @Override
    public void received(long fromStore, byte[] frame) {
        if (store.isClosed() || frame.length == 0) {
            return;
        }
        try {
            switch (frame[0]) {
                case Frames.RAFT -> raft(fromStore, frame);
                case SnapshotTransfer.MESSAGE_KIND -> store.transfer().received(fromStore, frame);
                case Frames.CONTROL -> control(fromStore, Control.decode(frame));
                default -> store.counters().droppedUnknown.increment();
            }
        } catch (NokvException e) {
            // Not one of our frames, or of another version.
            store.counters().droppedUnknown.increment();
        }
    }

    private void raft(long fromStore, byte[] frame) {
        ByteReader in = new ByteReader(frame);
        in.u8();
        List<EventLoop> loops = store.loops();
        List<List<Frames.Arrived>> sorted = new ArrayList<>(loops.size());
        loops.forEach(_ -> sorted.add(null));
        while (in.remaining() > 0) {
            Frames.Arrived next = Frames.next(in);
            int at = loops.indexOf(store.loopOf(next.region()));
            if (sorted.get(at) == null) {
                sorted.set(at, new ArrayList<>());
            }
            sorted.get(at).add(next);
        }
        for (int i = 0; i < loops.size(); i++) {
            List<Frames.Arrived> some = sorted.get(i);
            if (some != null) {
                deliver(loops.get(i), fromStore, some, frame.length);
            }
        }
    }

    private void deliver(EventLoop loop, long fromStore, List<Frames.Arrived> some, int bytes) {
        if (loop.inboxBytes.get() > store.options().limits().inboxBytes()) {
            store.counters().droppedIn.add(some.size());
            return;
        }
        store.counters().messagesIn.add(some.size());
        loop.inboxBytes.addAndGet(bytes);
        loop.post(() -> {
            loop.inboxBytes.addAndGet(-bytes);
            some.forEach(next -> deliver(fromStore, next));
        });
    }

    /** On the loop of the region. */
    private void deliver(long fromStore, Frames.Arrived next) {
        HostedRegion region = store.region(next.region());
        if (region == null) {
            region = newcomer(fromStore, next);
        }
        if (region != null) {
            region.received(fromStore, next.epoch(), next.message());
        }
    }

    /** Null when {@code next} is not to bring a region here. */
    private HostedRegion newcomer(long fromStore, Frames.Arrived next) {
        Message message = next.message();
        Tombstone tombstone = store.tombstone(next.region());
        if (tombstone != null && !tombstone.admits(message.to(), next.epoch().confVersion())) {
            store.counters().droppedUnknown.increment();
            store.sendStale(fromStore, next.region(), message.from(), tombstone.last(), tombstone.merged());
            return null;
        }
        return switch (message) {
            case Message.Append _,Message.Heartbeat _,Message.InstallSnapshot _,Message.PreVote _,Message.RequestVote _ -> {
                HostedRegion region = store.adopt(next.region());
                region.expect(message.to());
                region.lifeSigns().wake();
                yield region;
            }
            case Message.PreVoteReply _,Message.VoteReply _,Message.Appended _,Message.AppendRefused _,Message.HeartbeatReply _,Message.TimeoutNow _,Message.NewerTerm _ -> {
                store.counters().droppedUnknown.increment();
                yield null;
            }
        };
    }

    @Override
    public void disconnected(long node) {
        store.loops().forEach(loop -> loop.post(() -> loop.unreachable(node)));
    }

    void control(long fromStore, Control message) {
        HostedRegion region = store.region(message.region());
        switch (message) {
            case Control.Stale stale -> onLoop(region, () -> region.lifeSigns().stale(stale));
            case Control.SnapshotDone done -> onLoop(region, () -> {
                if (region.replica() != null && done.leaderPeer() == region.peerId()) {
                    region.replica().snapshotDone(done.peer(), done.arrived());
                    region.loop.touch(region);
                }
            });
            case Control.AskFrozen ask -> MergeDriver.answer(store, fromStore, ask);
            case Control.IsFrozen answer -> onLoop(region, () -> region.merge().isFrozen(fromStore, answer));
            case Control.Refused answer -> onLoop(region, () -> region.merge().refused(fromStore, answer));
            case Control.TakeOver request -> onLoop(region, () -> region.merge().takeOver(request));
            case Control.Refuse request -> {
                onLoop(region, () -> region.merge().refuse(request));
                MergeDriver.answer(store, fromStore, request);
            }
            case Control.Alive beat -> store.heart().heard(fromStore, beat);
            case Control.Wake _ -> onLoop(region, () -> region.lifeSigns().busy());
            case Control.Sleep sleep -> onLoop(region, () -> region.lifeSigns().sleep(fromStore, sleep));
            case Control.Check check -> check(fromStore, region, check);
        }
    }

    private static void onLoop(HostedRegion region, Runnable what) {
        if (region != null) {
            region.loop.post(what);
        }
    }

    private void check(long fromStore, HostedRegion region, Control.Check check) {
        Tombstone tombstone = store.tombstone(check.region());
        RegionRecord record = region == null ? null : region.record();
        RegionDescriptor now = record != null ? record.region() : tombstone == null ? null : tombstone.last();
        boolean merged = record == null && tombstone != null && tombstone.merged();
        if (now != null && (merged || now.epoch().confVersion() > check.epoch().confVersion()
                && now.peer(check.peer()) == null)) {
            store.sendStale(fromStore, check.region(), check.peer(), now, merged);
        }
    }
}
