package io.nokv.kv.gc;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.Fence;
import io.nokv.control.time.Timestamp;
import io.nokv.raft.log.FlowMutex;
import io.nokv.base.port.Scheduler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/** The version below which history may be gone, and who holds it back. Thread-safe. */
public final class SafePoint {
    private final Fence fence;
    private final FlowMutex advancing;

    /** Guards the fields below; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private final TreeSet<Hold> holds = new TreeSet<>(
            Comparator.comparing(Hold::version).thenComparingLong(hold -> hold.id));
    private long nextId;

    /** What is being made durable; holds below come too late. */
    private Timestamp pending;
    private volatile Timestamp published;

    public SafePoint(Fence fence, Scheduler scheduler) {
        this.fence = fence;
        this.advancing = new FlowMutex(scheduler);
        this.published = new Timestamp(fence.load());
        this.pending = published;
    }

    /** Durable; nothing at or above was ever dropped. */
    public Timestamp get() {
        return published;
    }

    /** VERSION_TOO_OLD when history at {@code version} may be gone. Call it when what is to be read is pinned already. */
    public void check(Timestamp version) {
        Timestamp now = published;
        if (version.isBefore(now)) {
            throw tooOld(version, now);
        }
    }

    /** Holds the safe point at or below {@code version} until closed; VERSION_TOO_OLD when it is past that. */
    public Hold hold(Timestamp version, String holder) {
        guard.lock();
        try {
            if (version.isBefore(pending)) {
                throw tooOld(version, pending);
            }
            Hold hold = new Hold(version, holder, nextId++);
            holds.add(hold);
            return hold;
        } finally {
            guard.unlock();
        }
    }

    /** Moves to {@code wanted}, or as far as the holds allow, durably. Never back. Waits. */
    public Timestamp advance(Timestamp wanted) {
        advancing.acquire();
        try {
            Timestamp target;
            guard.lock();
            try {
                target = holds.isEmpty() ? wanted : Timestamp.min(wanted, holds.first().version);
                if (!target.isAfter(pending)) {
                    return published;
                }
                pending = target;
            } finally {
                guard.unlock();
            }
            fence.save(target.value());
            published = target;
            return target;
        } finally {
            advancing.release();
        }
    }

    /** Who holds it back, oldest version first. */
    public List<Hold> holds() {
        guard.lock();
        try {
            return new ArrayList<>(holds);
        } finally {
            guard.unlock();
        }
    }

    private static NokvException tooOld(Timestamp version, Timestamp safePoint) {
        return new NokvException(FailureCode.VERSION_TOO_OLD,
                "version " + version.value() + " is below the safe point " + safePoint.value());
    }

    /** A hold on the safe point. */
    public final class Hold implements AutoCloseable {
        private final Timestamp version;
        private final String holder;
        private final long id;

        private Hold(Timestamp version, String holder, long id) {
            this.version = version;
            this.holder = holder;
            this.id = id;
        }

        public Timestamp version() {
            return version;
        }

        public String holder() {
            return holder;
        }

        /** Idempotent. */
        @Override
        public void close() {
            guard.lock();
            try {
                holds.remove(this);
            } finally {
                guard.unlock();
            }
        }
    }
}
