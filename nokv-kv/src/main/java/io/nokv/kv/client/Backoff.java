package io.nokv.kv.client;

import io.nokv.base.port.Ports;

/** Pauses between tries: doubling from 1 ms to a cap, with full jitter, as often as allowed. Not thread-safe. */
final class Backoff {
    private static final long FIRST_NANOS = 1_000_000L;
    private static final long CAP_NANOS = 64_000_000L;

    private final Ports ports;
    private int left;
    private long next = FIRST_NANOS;

    /** @param pauses how many are allowed */
    Backoff(Ports ports, int pauses) {
        this.ports = ports;
        this.left = pauses;
    }

    /** Pauses; false, at once, when it has paused often enough. */
    boolean pause() {
        long nanos = nextNanos();
        if (nanos < 0) {
            return false;
        }
        ports.scheduler().pause(nanos);
        return true;
    }

    /** How long the next pause is, which counts as taken; negative when there are no more. */
    long nextNanos() {
        if (left == 0) {
            return -1;
        }
        left--;
        long nanos = next / 2 + (long) (ports.entropy().nextDouble() * next);
        next = Math.min(CAP_NANOS, next * 2);
        return nanos;
    }
}
