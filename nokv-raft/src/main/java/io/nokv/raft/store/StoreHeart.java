package io.nokv.raft.store;

import io.nokv.base.port.Net;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Heartbeats between stores that share regions: one per pair, in place of those of all regions that sleep. Each names the life of
 * its sender, so that a store that was away for a moment is known to have forgotten what it led. Thread-safe.
 */
final class StoreHeart {
    /** So many election timeouts pass between questions of one that sleeps whether it is still a member. */
    private static final int SLEEPER_CHECKS = 100;
    /** So many between those of one that is stopped. */
    private static final int STOPPED_CHECKS = 5;

    /** @param life of the store that was heard last */
    private record Heard(long life, long atNanos, boolean lost) {}

    private final HostedStore store;
    private final long life;
    /** Guards {@code heard}; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private final TreeMap<Long, Heard> heard = new TreeMap<>();
    private volatile boolean changed = true;
    // Used by the flow that ticks.
    private TreeSet<Long> neighbours = new TreeSet<>();
    private int ticks;

    StoreHeart(HostedStore store) {
        this.store = store;
        this.life = store.entropy().nextLong() >>> 2 | 1;
    }

    /** How long a store may be silent: as long as a leader may. */
    private long patienceNanos() {
        return store.options().tickNanos() * store.options().replica().electionTicks();
    }

    /** Called once a tick by one flow. */
    void tick() {
        if (ticks++ % store.options().replica().heartbeatTicks() == 0) {
            byte[] beat = new Control.Alive(life).encode();
            for (long other : neighbours()) {
                store.send(other, Net.Lane.URGENT, beat);
            }
        }
        if (ticks % (SLEEPER_CHECKS * store.options().replica().electionTicks()) == 0) {
            store.loops().forEach(loop -> loop.post(() -> store.hosted().forEach(region -> {
                if (region.loop == loop) {
                    region.lifeSigns().checkInSleep();
                }
            })));
        }
        if (ticks % (STOPPED_CHECKS * store.options().replica().electionTicks()) == 0) {
            store.hosted().forEach(region -> {
                if (region.state() == RegionStatus.State.STOPPED) {
                    region.loop.post(region.lifeSigns()::checkWhenStopped);
                }
            });
        }
        List<Long> lost = new ArrayList<>();
        long now = store.clock().monotonicNanos();
        guard.lock();
        try {
            heard.replaceAll((other, last) -> {
                if (last.lost || now - last.atNanos < patienceNanos()) {
                    return last;
                }
                lost.add(other);
                return new Heard(last.life, last.atNanos, true);
            });
        } finally {
            guard.unlock();
        }
        lost.forEach(this::wake);
    }

    /** The peers of some region are others now. Callable from any flow. */
    void peersChanged() {
        changed = true;
    }

    private TreeSet<Long> neighbours() {
        if (!changed) {
            return neighbours;
        }
        changed = false;
        TreeSet<Long> out = new TreeSet<>();
        for (HostedRegion region : store.hosted()) {
            RegionRecord record = region.record();
            if (record != null) {
                record.region().peers().forEach(peer -> out.add(peer.storeId()));
            }
        }
        out.remove(store.storeId());
        neighbours = out;
        return out;
    }

    void heard(long other, Control.Alive beat) {
        boolean anew;
        guard.lock();
        try {
            Heard last = heard.put(other, new Heard(beat.life(), store.clock().monotonicNanos(), false));
            anew = last != null && last.life != beat.life();
        } finally {
            guard.unlock();
        }
        if (anew) {
            wake(other);
        }
    }

    private void wake(long other) {
        store.loops().forEach(loop -> loop.post(() -> store.hosted().forEach(region -> {
            if (region.loop == loop) {
                region.lifeSigns().storeLost(other);
            }
        })));
    }

    boolean isAlive(long other) {
        guard.lock();
        try {
            Heard last = heard.get(other);
            return last != null && !last.lost && store.clock().monotonicNanos() - last.atNanos < patienceNanos();
        } finally {
            guard.unlock();
        }
    }
}
