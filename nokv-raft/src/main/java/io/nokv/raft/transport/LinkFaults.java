package io.nokv.raft.transport;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Entropy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the links of one store bad, for tests with real processes. Nothing is bad until somebody says so; then each message
 * costs one look at a map. Thread-safe; takes effect with the next message.
 */
public final class LinkFaults {
    /**
     * How messages to one store fare.
     *
     * @param dropShare chance that one is lost, 0 to 1
     * @param delayNanos each is held back for so long
     * @param jitterNanos and for up to so much longer, uniformly; messages overtake each other by it
     * @param bytesPerSecond all lanes together; 0: unlimited
     */
    public record Fault(double dropShare, long delayNanos, long jitterNanos, long bytesPerSecond) {
        /** Loses everything. */
        public static final Fault CUT = new Fault(1, 0, 0, 0);

        /** INVALID_ARGUMENT when a value cannot be. */
        public Fault {
            if (!(dropShare >= 0 && dropShare <= 1) || delayNanos < 0 || jitterNanos < 0 || bytesPerSecond < 0) {
                throw NokvException.invalid("no link can lose " + dropShare + " and delay by " + delayNanos + " + "
                        + jitterNanos + " ns at " + bytesPerSecond + " bytes/s");
            }
        }

        public static Fault dropping(double share) {
            return new Fault(share, 0, 0, 0);
        }

        public static Fault delaying(long delayNanos, long jitterNanos) {
            return new Fault(0, delayNanos, jitterNanos, 0);
        }

        public static Fault limited(long bytesPerSecond) {
            return new Fault(0, 0, 0, bytesPerSecond);
        }
    }

    /** The answer of {@link #holdNanos} for a message that is lost. */
    static final long LOST = -1;

    private record Bad(Fault fault, AtomicLong freeAtNanos) {}

    private final Clock clock;
    private final Entropy entropy;
    private final ConcurrentMap<Long, Bad> outgoing = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Boolean> cutIncoming = new ConcurrentHashMap<>();

    LinkFaults(Clock clock, Entropy entropy) {
        this.clock = clock;
        this.entropy = entropy;
    }

    /** How messages to {@code store} fare from now on. */
    public void outgoing(long store, Fault fault) {
        outgoing.put(store, new Bad(fault, new AtomicLong(clock.monotonicNanos())));
    }

    /** Loses whatever arrives from {@code store}. */
    public void cutIncoming(long store) {
        cutIncoming.put(store, true);
    }

    /** Messages from and to {@code store} fare well again. */
    public void heal(long store) {
        outgoing.remove(store);
        cutIncoming.remove(store);
    }

    /** All links are good. */
    public void healAll() {
        outgoing.clear();
        cutIncoming.clear();
    }

    /** What is set for messages to other stores; a copy. */
    public Map<Long, Fault> outgoing() {
        Map<Long, Fault> out = new java.util.TreeMap<>();
        outgoing.forEach((store, bad) -> out.put(store, bad.fault));
        return out;
    }

    boolean losesFrom(long store) {
        return !cutIncoming.isEmpty() && cutIncoming.containsKey(store);
    }

    /** How long a message of {@code bytes} to {@code store} is held back, or {@link #LOST}. */
    long holdNanos(long store, int bytes) {
        if (outgoing.isEmpty()) {
            return 0;
        }
        Bad bad = outgoing.get(store);
        if (bad == null) {
            return 0;
        }
        Fault fault = bad.fault;
        if (fault.dropShare > 0 && entropy.nextDouble() < fault.dropShare) {
            return LOST;
        }
        long hold = fault.delayNanos + (long) (entropy.nextDouble() * fault.jitterNanos);
        if (fault.bytesPerSecond > 0) {
            long now = clock.monotonicNanos();
            long takes = (long) (bytes * 1e9 / fault.bytesPerSecond);
            long free = bad.freeAtNanos.updateAndGet(at -> Math.max(at, now) + takes);
            hold += free - now;
        }
        return hold;
    }
}
