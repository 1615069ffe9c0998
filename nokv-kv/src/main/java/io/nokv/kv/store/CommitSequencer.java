package io.nokv.kv.store;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.control.time.Timestamp;
import io.nokv.control.time.TimestampOracle;
import io.nokv.raft.log.AppendOutcome;
import io.nokv.raft.region.RegionRefusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives commits their timestamps and knows up to which version everything is durable.
 *
 * <p>A commit of one region gets timestamp and place in the log in one step, so log order is timestamp order. Who comes
 * while another flow is in that step queues, and that flow takes the queue along. A commit over several regions reserves
 * a timestamp first and says later how it ended.
 *
 * <p>Commits under way stand in a queue by timestamp. One leaves it when it and all before it are durable or given up.
 * The read version is just below the head of the queue, or the present when the queue is empty. Thread-safe.
 */
public final class CommitSequencer {
    private final TimestampOracle oracle;
    private final Scheduler scheduler;
    private final LongSupplier durableSequence;

    /** Guards everything below; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private final ArrayDeque<CommitSlot> underWay = new ArrayDeque<>();
    private final ArrayDeque<Placement> waiting = new ArrayDeque<>();
    private boolean placing;
    private final ArrayDeque<CommitSlot> announcements = new ArrayDeque<>();
    private boolean announcing;
    private volatile List<CommitListener> listeners = List.of();

    /** The failure after which nothing more becomes durable, or null. */
    private RuntimeException lost;

    private record Placement(byte[] annotation, Function<Timestamp, AppendOutcome> append, Promise<Placed> promise) {}

    /** How a placement ended: a slot, or why the region refused. */
    public sealed interface Placed {
        record InLog(CommitSlot slot) implements Placed {}

        record Refused(RegionRefusal why) implements Placed {}
    }

    /** @param durableSequence every region ticket up to this sequence is durable */
    public CommitSequencer(TimestampOracle oracle, Scheduler scheduler, LongSupplier durableSequence) {
        this.oracle = oracle;
        this.scheduler = scheduler;
        this.durableSequence = durableSequence;
    }

    /** Adds a listener for commits that become durable from now on. */
    public void listen(CommitListener listener) {
        guard.lock();
        try {
            List<CommitListener> more = new ArrayList<>(listeners);
            more.add(listener);
            listeners = List.copyOf(more);
        } finally {
            guard.unlock();
        }
    }

    /**
     * Takes the next timestamp and lets {@code append} write with it, alone. What {@code append} throws is thrown here,
     * and means that nothing was written. Follow up with {@link #acknowledge}.
     *
     * @param annotation for the listeners, or null
     */
    public Placed place(byte[] annotation, Function<Timestamp, AppendOutcome> append) {
        Placement mine = new Placement(annotation, append, scheduler.promise());
        boolean first;
        guard.lock();
        try {
            waiting.add(mine);
            first = !placing;
            placing = true;
        } finally {
            guard.unlock();
        }
        if (first) {
            placeUntil(mine);
        }
        return mine.promise.await();
    }

    /** Works on the queue until {@code mine} is done (null: until it is empty), then hands it on. */
    private void placeUntil(Placement mine) {
        while (true) {
            Placement next;
            guard.lock();
            try {
                next = waiting.poll();
                if (next == null) {
                    placing = false;
                    return;
                }
            } finally {
                guard.unlock();
            }
            placeOne(next);
            if (next == mine) {
                handOn();
                return;
            }
        }
    }

    private void handOn() {
        guard.lock();
        try {
            if (waiting.isEmpty()) {
                placing = false;
                return;
            }
        } finally {
            guard.unlock();
        }
        scheduler.execute("commit-sequencer", () -> placeUntil(null));
    }

    private void placeOne(Placement placement) {
        CommitSlot slot = null;
        try {
            slot = reserve(placement.annotation);
            switch (placement.append.apply(slot.commitTs)) {
                case AppendOutcome.Appended(var ticket) -> {
                    guard.lock();
                    try {
                        slot.ticket = ticket;
                    } finally {
                        guard.unlock();
                    }
                    placement.promise.complete(new Placed.InLog(slot));
                }
                case AppendOutcome.Refused(var why) -> {
                    abandon(slot);
                    placement.promise.complete(new Placed.Refused(why));
                }
            }
        } catch (RuntimeException | Error e) {
            if (slot != null) {
                abandon(slot);
            }
            placement.promise.fail(e);
        }
    }

    /**
     * Takes the next timestamp for a commit that the caller carries out itself; until {@link #settle} or
     * {@link #abandon}, no read version reaches it.
     */
    public CommitSlot reserve(byte[] annotation) {
        while (true) {
            guard.lock();
            try {
                Timestamp commitTs = oracle.tryNext();
                if (commitTs != null) {
                    CommitSlot slot = new CommitSlot(commitTs, annotation);
                    underWay.add(slot);
                    return slot;
                }
            } finally {
                guard.unlock();
            }
            oracle.awaitWindow();
        }
    }

    /** The commit of {@code slot} will never be. */
    public void abandon(CommitSlot slot) {
        guard.lock();
        try {
            slot.settled = true;
            slot.abandoned = true;
        } finally {
            guard.unlock();
        }
        advance();
    }

    /** The commit of {@code slot} is durable; waits until read versions include it. */
    public void settle(CommitSlot slot) {
        guard.lock();
        try {
            slot.settled = true;
        } finally {
            guard.unlock();
        }
        advance();
        awaitReached(slot);
    }

    /**
     * Waits until a placed commit is durable and read versions include it.
     *
     * @throws NokvException UNKNOWN_OUTCOME when the log failed
     */
    public void acknowledge(CommitSlot slot) {
        try {
            slot.ticket.awaitDurable();
        } catch (RuntimeException e) {
            throw lose(slot, e);
        }
        advance();
        awaitReached(slot);
    }

    private void awaitReached(CommitSlot slot) {
        Promise<Void> promise;
        guard.lock();
        try {
            if (slot.reached) {
                return;
            }
            promise = reachedPromise(slot);
        } finally {
            guard.unlock();
        }
        promise.await();
    }

    private Promise<Void> reachedPromise(CommitSlot slot) {
        if (slot.reachedPromise == null) {
            slot.reachedPromise = scheduler.promise();
            if (lost != null) {
                slot.reachedPromise.fail(lost);
            }
        }
        return slot.reachedPromise;
    }

    /**
     * Notes that {@code slot} may be lost: read versions never reach it, and nobody waits for that any longer.
     *
     * @return UNKNOWN_OUTCOME, to be thrown
     */
    public NokvException lose(CommitSlot slot, RuntimeException cause) {
        NokvException unknown = new NokvException(FailureCode.UNKNOWN_OUTCOME,
                "the commit at " + slot.commitTs + " may or may not survive: " + cause.getMessage(), cause);
        List<Promise<Void>> hopeless = new ArrayList<>();
        guard.lock();
        try {
            if (lost == null) {
                lost = unknown;
            }
            for (CommitSlot later : underWay) {
                if (later.reachedPromise != null) {
                    hopeless.add(later.reachedPromise);
                }
            }
        } finally {
            guard.unlock();
        }
        hopeless.forEach(promise -> promise.fail(unknown));
        return unknown;
    }

    /** A version such that everything at or below is durable and nothing will ever be added there. Never waits. */
    public Timestamp readVersion() {
        List<CommitSlot> left;
        Timestamp version;
        guard.lock();
        try {
            left = takeSettled();
            version = underWay.isEmpty() ? oracle.current() : underWay.peek().commitTs.previous();
        } finally {
            guard.unlock();
        }
        announce(left);
        return version;
    }

    /** Waits until {@code version}, which must not be ahead of the oracle, may be read. */
    public void awaitReadable(Timestamp version) {
        oracle.passBy(version);
        CommitSlot last = null;
        List<CommitSlot> left;
        Promise<Void> promise = null;
        guard.lock();
        try {
            left = takeSettled();
            for (Iterator<CommitSlot> slots = underWay.iterator(); slots.hasNext();) {
                CommitSlot slot = slots.next();
                if (slot.commitTs.isAfter(version)) {
                    break;
                }
                last = slot;
            }
            if (last != null) {
                promise = reachedPromise(last);
            }
        } finally {
            guard.unlock();
        }
        announce(left);
        if (promise != null) {
            promise.await();
        }
    }

    private void advance() {
        List<CommitSlot> left;
        guard.lock();
        try {
            left = takeSettled();
        } finally {
            guard.unlock();
        }
        announce(left);
    }

    /** Takes what has settled from the head of the queue; held guard. Never null. */
    private List<CommitSlot> takeSettled() {
        List<CommitSlot> left = List.of();
        long durable = -1;
        while (!underWay.isEmpty()) {
            CommitSlot head = underWay.peek();
            if (!head.settled) {
                if (head.ticket == null) {
                    break;
                }
                if (durable < 0) {
                    durable = durableSequence.getAsLong();
                }
                if (head.ticket.sequence() > durable) {
                    break;
                }
            }
            underWay.poll();
            head.reached = true;
            if (head.annotation != null && !head.abandoned) {
                announcements.add(head);
            }
            if (left.isEmpty()) {
                left = new ArrayList<>();
            }
            left.add(head);
        }
        return left;
    }

    /** Wakes who waits for {@code left} and tells the listeners. */
    private void announce(List<CommitSlot> left) {
        for (CommitSlot slot : left) {
            if (slot.reachedPromise != null) {
                slot.reachedPromise.complete(null);
            }
        }
        if (!left.isEmpty()) {
            tellListeners();
        }
    }

    private void tellListeners() {
        while (true) {
            CommitSlot next;
            guard.lock();
            try {
                if (announcing || announcements.isEmpty()) {
                    return;
                }
                announcing = true;
                next = announcements.poll();
            } finally {
                guard.unlock();
            }
            for (CommitListener listener : listeners) {
                try {
                    listener.committed(next.commitTs, next.annotation);
                } catch (RuntimeException | Error e) {
                    // The commit stands. The failure belongs to the listener and surfaces on a flow of its own.
                    scheduler.execute("commit-listener", () -> {
                        throw e;
                    });
                }
            }
            guard.lock();
            try {
                Invariant.check(announcing, "one flow tells the listeners");
                announcing = false;
            } finally {
                guard.unlock();
            }
        }
    }
}
