package io.nokv.sim.world;

import io.nokv.base.port.Clock;

/** The clock of one machine: virtual time, with an offset and a drift that tests set and steps that they cause. */
public final class SimClock implements Clock {
    private static final long MILLION = 1_000_000L;

    private final World world;
    private long wallOffsetNanos;
    private long driftPpm;
    private long driftSinceNanos;
    private long monotonicBaseNanos;

    SimClock(World world, long wallOffsetNanos, long driftPpm) {
        this.world = world;
        this.wallOffsetNanos = wallOffsetNanos;
        this.driftPpm = driftPpm;
        this.driftSinceNanos = world.nowNanos();
        this.monotonicBaseNanos = world.nowNanos();
    }

    @Override
    public long monotonicNanos() {
        long elapsed = world.nowNanos() - driftSinceNanos;
        long drifted = elapsed / MILLION * driftPpm + elapsed % MILLION * driftPpm / MILLION;
        return monotonicBaseNanos + elapsed + drifted;
    }

    @Override
    public long wallNanos() {
        return World.EPOCH_NANOS + monotonicNanos() + wallOffsetNanos;
    }

    /** Moves the wall clock by {@code nanos}, in either direction; the monotonic clock stays. */
    public void step(long nanos) {
        wallOffsetNanos += nanos;
        world.note("clock-step", nanos, 0, 0);
    }

    /** Lets the machine's time run {@code ppm} millionths faster (negative: slower) from now on. */
    public void drift(long ppm) {
        monotonicBaseNanos = monotonicNanos();
        driftSinceNanos = world.nowNanos();
        driftPpm = ppm;
        world.note("clock-drift", ppm, 0, 0);
    }
}
