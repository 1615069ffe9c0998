package io.nokv.sim.check;

import java.util.ArrayList;
import java.util.List;

/** What clients did, in the order in which calls and answers happened. Thread-safe. */
public final class History<C, R> {
    private static final class Entry<C, R> {
        final int client;
        final C call;
        final long invoked;
        R result;
        long returned = Long.MAX_VALUE;

        Entry(int client, C call, long invoked) {
            this.client = client;
            this.call = call;
            this.invoked = invoked;
        }
    }

    private final List<Entry<C, R>> entries = new ArrayList<>();
    private long now;

    /** A client is about to call; returns the operation's id. */
    public synchronized int invoke(int client, C call) {
        entries.add(new Entry<>(client, call, now++));
        return entries.size() - 1;
    }

    /** The client was told {@code result} (not null). */
    public synchronized void returned(int id, R result) {
        Entry<C, R> entry = entries.get(id);
        entry.result = result;
        entry.returned = now++;
    }

    /** Nobody will ever know how the operation ended; it cannot take effect from now on. */
    public synchronized void lost(int id) {
        entries.get(id).returned = now++;
    }

    public synchronized List<Operation<C, R>> operations() {
        List<Operation<C, R>> out = new ArrayList<>();
        for (int id = 0; id < entries.size(); id++) {
            Entry<C, R> e = entries.get(id);
            out.add(new Operation<>(id, e.client, e.call, e.result, e.invoked, e.returned));
        }
        return out;
    }
}
