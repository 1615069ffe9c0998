package io.nokv.fsmeta.client;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Entropy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * When an exchange is sent again: after exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter",
 * 2015), a bounded number of times, and not beyond its deadline. Thread-safe.
 */
final class Retries {
    /** A waiting caller looks up at least this often, should a wake-up be lost with its event loop. */
    static final long WAKE_NANOS = 1_000_000_000L;

    private static final long FIRST_BACKOFF_NANOS = 20_000_000L;
    private static final long MAX_BACKOFF_NANOS = 1_000_000_000L;

    private final Clock clock;
    private final Entropy entropy;
    private final EventLoop loop;
    private final ManagedChannel channel;
    private final String target;
    private final int maxAttempts;

    /** Those between two attempts: when the client is closed nobody else would end them. */
    private final Set<Exchange<?, ?>> waiting = ConcurrentHashMap.newKeySet();

    /** Set once, before the first exchange. */
    private volatile Transport transport;
    private volatile boolean closed;

    Retries(Clock clock, Entropy entropy, EventLoop loop, ManagedChannel channel, String target, int maxAttempts) {
        this.clock = clock;
        this.entropy = entropy;
        this.loop = loop;
        this.channel = channel;
        this.target = target;
        this.maxAttempts = maxAttempts;
    }

    void through(Transport value) {
        transport = value;
    }

    long nanos() {
        return clock.monotonicNanos();
    }

    /** The server, for messages. */
    String target() {
        return target;
    }

    /** Schedules the next attempt; false when there shall be none. */
    boolean again(Exchange<?, ?> exchange, int attempts) {
        if (closed || attempts >= maxAttempts) {
            return false;
        }
        long ceiling = Math.min(MAX_BACKOFF_NANOS, FIRST_BACKOFF_NANOS << Math.min(attempts - 1, 10));
        long wait = 1 + (long) (entropy.nextDouble() * ceiling);
        if (wait >= exchange.remainingNanos()) {
            return false;
        }
        waiting.add(exchange);
        try {
            loop.schedule(() -> next(exchange), wait, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            closed = true;
        }
        return !closed || !waiting.remove(exchange); // not removed: close() ends it
    }

    private void next(Exchange<?, ?> exchange) {
        if (waiting.remove(exchange)) {
            channel.resetConnectBackoff(); // ours is the back-off that counts
            transport.send(exchange);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** No further attempts. */
    void close() {
        closed = true;
        for (Exchange<?, ?> exchange : waiting) {
            if (waiting.remove(exchange)) {
                exchange.lost(Status.CANCELLED.withDescription("the client was closed"), false);
            }
        }
    }
}
