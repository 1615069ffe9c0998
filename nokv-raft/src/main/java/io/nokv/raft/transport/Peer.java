package io.nokv.raft.transport;

import io.netty.channel.EventLoop;
import io.nokv.base.port.Net;
import io.nokv.raft.transport.CarryHandler.Incoming;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Everything between this store and one other. Lives until the network is closed. Thread-safe. */
final class Peer {
    private static final Net.Lane[] LANES = Net.Lane.values();

    private final Inlet inlet;
    private final LaneCounts[] counts = new LaneCounts[LANES.length];
    private final Outlet[] outlets = new Outlet[LANES.length];
    private final AtomicReferenceArray<Incoming> incoming = new AtomicReferenceArray<>(LANES.length);

    Peer(GrpcNet net, long store, EventLoop loop) {
        this.inlet = new Inlet(net, store);
        for (Net.Lane lane : LANES) {
            counts[lane.ordinal()] = new LaneCounts();
            outlets[lane.ordinal()] = new Outlet(net, store, lane, loop, counts[lane.ordinal()]);
        }
    }

    Inlet inlet() {
        return inlet;
    }

    LaneCounts counts(Net.Lane lane) {
        return counts[lane.ordinal()];
    }

    Outlet outlet(Net.Lane lane) {
        return outlets[lane.ordinal()];
    }

    /** From now on {@code call} carries the lane; returns the one that did, or null. */
    Incoming carriedBy(Net.Lane lane, Incoming call) {
        return incoming.getAndSet(lane.ordinal(), call);
    }

    void carriedNoMore(Net.Lane lane, Incoming call) {
        incoming.compareAndSet(lane.ordinal(), call, null);
    }

    List<LinkStats> stats() {
        List<LinkStats> out = new ArrayList<>();
        for (Outlet outlet : outlets) {
            if (outlet.isUsed()) {
                out.add(outlet.stats());
            }
        }
        return out;
    }
}
