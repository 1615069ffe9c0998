package io.nokv.benchmark.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Waits for background work to end. */
final class Idle {
    /** What a probe answers while there is work to do. */
    static final long BUSY = -1;
    private static final long STEP_NANOS = 50_000_000;
    /** Eight seconds: some stores put off what can wait until they are left alone. */
    private static final int QUIET_STEPS = 160;

    /** What waiting takes at least. */
    static final long QUIET_NANOS = QUIET_STEPS * STEP_NANOS;

    private Idle() {}

    /** Returns when {@code probe}, which counts work done, has answered the same for eight seconds. */
    static void await(LongSupplier probe) {
        long last = BUSY;
        for (int quiet = 0; quiet < QUIET_STEPS;) {
            LockSupport.parkNanos(STEP_NANOS);
            long now = probe.getAsLong();
            quiet = now != BUSY && now == last ? quiet + 1 : 0;
            last = now;
        }
    }
}
