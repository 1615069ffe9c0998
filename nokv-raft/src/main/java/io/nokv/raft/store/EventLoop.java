package io.nokv.raft.store;

import io.nokv.base.port.Scheduler;
import io.nokv.raft.core.Ready;
import io.nokv.raft.storage.RaftLogs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Drives the replicas of its regions: one flow at a time, started when something comes in. A turn takes everything that came,
 * lets the replicas decide, sends what they say, writes what they want kept, hands over what they commit. It waits for
 * nothing: not for the disk, the network, or the applier. What nobody expected stops the store, and not the flow, so that everybody
 * who waits hears of it.
 */
final class EventLoop {
    /** Something that a replica gave out and that is not reported back to it yet. */
    private record Owed(long position, HostedRegion region, int life, Ready ready) {}

    /** As {@link HostedRegion#applied} takes it. */
    record Applied(HostedRegion region, int life, long index, RegionRecord changed, long bytes) {}

    private final HostedStore store;
    private final Scheduler scheduler;
    private final RaftLogs logs;
    private final Outbox outbox;
    /** Guards {@code inbox} and {@code running}; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private ArrayList<Runnable> inbox = new ArrayList<>();
    private boolean running;
    /** Bytes of messages in the inbox. */
    final AtomicLong inboxBytes = new AtomicLong();
    /** Requests in the inbox. */
    final AtomicInteger requests = new AtomicInteger();

    // Used by the one flow from here on.
    private ArrayList<Runnable> taken = new ArrayList<>();
    private final ArrayList<HostedRegion> touched = new ArrayList<>();
    private final ArrayDeque<Owed> owed = new ArrayDeque<>();
    private final ArrayList<Owed> owedNow = new ArrayList<>();
    private final ArrayList<RaftLogs.Turn> turns = new ArrayList<>();
    private final ArrayList<ApplyFlow.Entries> committed = new ArrayList<>();
    private ArrayList<HostedRegion> awake = new ArrayList<>();
    private volatile int awakeCount;
    private volatile boolean tickPending;
    private volatile long durable;
    /** Something was written, or is about to be, that is not known to be durable. */
    private volatile boolean expectsSync;
    /** Somebody here waits for the state machine. */
    private volatile boolean expectsApplied;
    private final ArrayList<HostedRegion> held = new ArrayList<>();
    private final ArrayList<HostedRegion> waiting = new ArrayList<>();
    private boolean mustSync;
    private long ticks;

    EventLoop(HostedStore store, Outbox outbox) {
        this.store = store;
        this.scheduler = store.scheduler();
        this.logs = store.logs();
        this.outbox = outbox;
    }

    // ---- from any flow -------------------------------------------------------------------------------------------

    /** Runs {@code what} in the next turn. */
    void post(Runnable what) {
        boolean start;
        guard.lock();
        try {
            inbox.add(what);
            start = !running;
            running = true;
        } finally {
            guard.unlock();
        }
        if (start) {
            scheduler.execute("raft-loop", this::run);
        }
    }

    /** As {@link #post}, but for nobody waits for it: unless something else starts a turn, the next tick does. */
    private void postQuietly(Runnable what) {
        boolean start;
        guard.lock();
        try {
            inbox.add(what);
            start = !running && expectsApplied;
            running |= start;
        } finally {
            guard.unlock();
        }
        if (start) {
            scheduler.execute("raft-loop", this::run);
        }
    }

    /**
     * State machines are where {@code some} says.
     *
     * @param soon false when nobody but a read can wait for that
     */
    void applied(List<Applied> some, boolean soon) {
        Runnable what = () -> some
                .forEach(each -> each.region.applied(each.life, each.index, each.changed, each.bytes));
        if (soon) {
            post(what);
        } else {
            postQuietly(what);
        }
    }

    /** As {@link #post}, for a request: those are counted while they wait. */
    void request(Runnable what) {
        requests.incrementAndGet();
        post(() -> {
            requests.decrementAndGet();
            what.run();
        });
    }

    /** The log is durable up to {@code position}. */
    void durable(long position) {
        durable = position;
        if (expectsSync) {
            post(this::settle);
        }
    }

    /** A tick of the store's clock has passed; one that comes while another waits is not made up for. */
    void tickLater() {
        if (awakeCount > 0 && !tickPending) {
            tickPending = true;
            post(this::tick);
        }
    }

    int awakeCount() {
        return awakeCount;
    }

    // ---- the flow ------------------------------------------------------------------------------------------------

    private void run() {
        while (true) {
            guard.lock();
            try {
                if (inbox.isEmpty()) {
                    running = false;
                    return;
                }
                ArrayList<Runnable> all = inbox;
                inbox = taken;
                taken = all;
            } finally {
                guard.unlock();
            }
            for (Runnable what : taken) {
                try {
                    what.run();
                } catch (RuntimeException | Error e) {
                    store.failed(e);
                }
            }
            taken.clear();
            try {
                turn();
            } catch (RuntimeException | Error e) {
                store.failed(e);
            }
        }
    }

    private void turn() {
        store.counters().turns.increment();
        // Collecting may touch further regions.
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).collect();
        }
        for (HostedRegion region : touched) {
            region.touched = false;
            region.publish();
        }
        touched.clear();
        waiting.removeIf(region -> {
            region.waits = region.waitsForApplied();
            return !region.waits;
        });
        expectsApplied = !waiting.isEmpty();
        outbox.flush();
        if (!owedNow.isEmpty()) {
            write();
        }
        if (!committed.isEmpty()) {
            store.apply().submit(List.copyOf(committed));
            committed.clear();
        }
    }

    private void write() {
        expectsSync = true;
        try {
            long position = logs.write(turns);
            store.counters().readies.add(turns.size());
            for (Owed each : owedNow) {
                owed.add(new Owed(position, each.region, each.life, each.ready));
            }
            if (mustSync) {
                store.sync().request(position);
            }
        } catch (RuntimeException | Error e) {
            store.failed(e);
        } finally {
            turns.clear();
            owedNow.clear();
            mustSync = false;
        }
    }

    private void settle() {
        long upTo = durable;
        while (!owed.isEmpty() && owed.peek().position <= upTo) {
            Owed next = owed.poll();
            next.region.persisted(next.life, next.ready);
        }
        expectsSync = !owed.isEmpty();
    }

    private void tick() {
        tickPending = false;
        ticks++;
        ArrayList<HostedRegion> still = new ArrayList<>(awake.size());
        ArrayList<HostedRegion> before = awake;
        awake = still;
        for (HostedRegion region : before) {
            region.tick();
            if (region.isAwake()) {
                still.add(region);
            } else {
                region.ticks = false;
            }
        }
        awakeCount = awake.size();
    }

    // ---- for its regions, on the flow ----------------------------------------------------------------------------

    Outbox outbox() {
        return outbox;
    }

    /** Counts the ticks of this loop; stands still while no region here is awake. */
    long ticks() {
        return ticks;
    }

    /** The region's replica is asked what is to be done, at the end of this turn. */
    void touch(HostedRegion region) {
        if (!region.touched) {
            region.touched = true;
            touched.add(region);
        }
    }

    /** The region ticks from now on; it did not. */
    void wake(HostedRegion region) {
        // One that fell asleep a moment ago is still listed.
        if (!region.ticks) {
            region.ticks = true;
            awake.add(region);
            awakeCount = awake.size();
        }
    }

    /** {@code ready} is to be persisted, or has something to say when all before it is. */
    void persist(HostedRegion region, int life, Ready ready) {
        if (ready.mustSync()) {
            turns.add(new RaftLogs.Turn(region.id, ready));
        }
        mustSync |= ready.mustSync() || !ready.afterPersist().isEmpty();
        owedNow.add(new Owed(0, region, life, ready));
    }

    /** Somebody waits for the state machine of {@code region}. */
    void waits(HostedRegion region) {
        if (!region.waits) {
            region.waits = true;
            waiting.add(region);
        }
    }

    /** The region hands out nothing more to be applied, until {@link #goOn}. */
    void heldBack(HostedRegion region) {
        held.add(region);
    }

    void goOn() {
        List<HostedRegion> all = List.copyOf(held);
        held.clear();
        all.forEach(HostedRegion::goOn);
    }

    /** Nothing gets through to {@code storeId} at the moment. */
    void unreachable(long storeId) {
        awake.forEach(region -> region.unreachable(storeId));
    }

    void apply(ApplyFlow.Entries entries) {
        committed.add(entries);
    }
}
