package io.nokv.control;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.concurrent.atomic.AtomicLong;

/** A fence that survives its users, counts its writes and fails when told to. */
public final class RememberedFence implements Fence {
    private final AtomicLong value = new AtomicLong();
    private final AtomicLong saves = new AtomicLong();
    private volatile boolean broken;

    @Override
    public long load() {
        return value.get();
    }

    @Override
    public void save(long to) {
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
