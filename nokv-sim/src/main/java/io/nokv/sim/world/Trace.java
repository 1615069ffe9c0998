package io.nokv.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What happened in a world, folded into 64 bits: two runs with equal hashes took the same decisions, made the same calls
 * and saw the same bytes. Keeps the last events as text for failure reports. Not thread-safe.
 */
public final class Trace {
    /** A milestone is reported every this many events, so that two diverging runs can be bisected. */
    public static final int MILESTONE_EVENTS = 1_000;

    private static final int KEPT = 256;

    private record Event(long atNanos, String what, long a, long b, long c) {}

    private final Event[] last = new Event[KEPT];
    private final Consumer<String> milestones;
    private long events;
    private long hash = 0x6A09E667F3BCC908L;

    /** @param milestones hears one line every {@link #MILESTONE_EVENTS} events, or null */
    Trace(Consumer<String> milestones) {
        this.milestones = milestones;
    }

    /** Folds one event; {@code what} names it, the numbers are its values. */
    void add(long atNanos, String what, long a, long b, long c) {
        hash = SimEntropy.mix(hash ^ atNanos);
        for (int i = 0; i < what.length(); i++) {
            hash = hash * 0x100000001B3L ^ what.charAt(i);
        }
        hash = SimEntropy.mix(hash ^ a) * 31 + SimEntropy.mix(b + 1) * 17 + SimEntropy.mix(c + 2);
        last[(int) (events++ % KEPT)] = new Event(atNanos, what, a, b, c);
        if (milestones != null && events % MILESTONE_EVENTS == 0) {
            milestones.accept(summary());
        }
    }

    public long hash() {
        return hash;
    }

    public long events() {
        return events;
    }

    /** Event count and hash on one line. */
    public String summary() {
        return "events " + events + " hash " + Long.toHexString(hash);
    }

    /** The newest events, oldest first, at most {@code count} of them. */
    public List<String> tail(int count) {
        List<String> out = new ArrayList<>();
        for (long i = Math.max(0, events - Math.min(count, KEPT)); i < events; i++) {
            Event e = last[(int) (i % KEPT)];
            out.add("%12.6f ms  %s %d %d %d".formatted(e.atNanos / 1e6, e.what, e.a, e.b, e.c));
        }
        return out;
    }
}
