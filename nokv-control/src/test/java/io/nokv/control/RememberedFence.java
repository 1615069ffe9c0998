package io.nokv.control;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.concurrent.atomic.AtomicLong;

/** A fence that survives its users, counts its writes and fails when told to. */
public final class RememberedFence implements Fence {
    private final AtomicLong value = new AtomicLong();
    private final AtomicLong saves = new AtomicLong();
    private volatile boolean broken;
    private Fence owner = this;

    /** The same number for its next user; those before, whose flows may still be about, save nothing any more, as after a crash. */
    public synchronized Fence next() {
        Fence next = new Fence() {
            @Override
            public long load() {
                return RememberedFence.this.load();
            }

            @Override
            public void save(long to) {
                RememberedFence.this.save(this, to);
            }
        };
        owner = next;
        return next;
    }

    @Override
    public long load() {
        return value.get();
    }

    @Override
    public void save(long to) {
        save(this, to);
    }

    private synchronized void save(Fence by, long to) {
        if (by != owner) {
            throw new NokvException(FailureCode.CLOSED, "whoever saves this is dead");
        }
        if (broken) {
            throw new NokvException(FailureCode.READ_ONLY, "the fence is broken");
        }
        saves.incrementAndGet();
        value.set(to);
    }

    public long saves() {
        return saves.get();
    }

    public void setBroken(boolean to) {
        broken = to;
    }
}
