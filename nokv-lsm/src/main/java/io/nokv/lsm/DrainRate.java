package io.nokv.lsm;

import java.util.concurrent.locks.ReentrantLock;

/** What jobs that run beside each other achieve together while any of them runs, newer ones counting more. Thread-safe. */
final class DrainRate {
    /** Weight of the newest job in what they are taken to achieve. */
    private static final double NEWEST_WEIGHT = 0.3;

    private final ReentrantLock lock = new ReentrantLock();
    private int running;
    /** Until when the time that jobs took is counted. */
    private long countedUpTo;
    /** Whether {@link #bytes} and {@link #nanos} are more than a guess. */
    private boolean known;
    private double bytes;
    private double nanos;
    private volatile double bytesPerSecond;

    /** @param firstGuess holds until the first job has ended */
    DrainRate(double firstGuess) {
        bytesPerSecond = firstGuess;
    }

    double bytesPerSecond() {
        return bytesPerSecond;
    }

    void began(long nowNanos) {
        lock.lock();
        try {
            if (running++ == 0) {
                countedUpTo = nowNanos;
            }
        } finally {
            lock.unlock();
        }
    }

    /** One that began has ended; {@code drained} is 0 when nothing came of it. */
    void ended(long nowNanos, long drained) {
        lock.lock();
        try {
            running--;
            if (drained > 0) {
                double weight = known ? NEWEST_WEIGHT : 1;
                known = true;
                bytes += weight * (drained - bytes);
                nanos += weight * (Math.max(1, nowNanos - countedUpTo) - nanos);
                bytesPerSecond = bytes / nanos * 1e9;
                countedUpTo = nowNanos;
            }
        } finally {
            lock.unlock();
        }
    }
}
