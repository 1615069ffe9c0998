package io.nokv.sql.avatica;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Scheduler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;

/** The open connections by id, and what became of the ones closed for idleness. Thread-safe. */
final class Connections {
    private static final int MAX_TOMBSTONES = 4_096;

    /** @param hadTransaction whether uncommitted changes were rolled back */
    private record Tombstone(long idleSeconds, boolean hadTransaction) {}

    private final MetaOptions options;
    private final Scheduler scheduler;
    private final Clock clock;
    private final ConcurrentHashMap<String, ClientConnection> open = new ConcurrentHashMap<>();
    private final AtomicInteger reserved = new AtomicInteger();
    /** Guarded by itself. */
    private final LinkedHashMap<String, Tombstone> tombstones = new LinkedHashMap<>();
    private volatile Scheduler.Timer sweep;
    private volatile boolean stopped;

    Connections(MetaOptions options, Scheduler scheduler, Clock clock) {
        this.options = options;
        this.scheduler = scheduler;
        this.clock = clock;
        scheduleSweep();
    }

    int size() {
        return open.size();
    }

    /** Takes one of the places for connections; give it back with {@link #release}. */
    void reserve() {
        if (stopped) {
            throw Failures.of("57P01", "SHUTTING_DOWN", "the server is shutting down");
        }
        if (reserved.incrementAndGet() > options.maxConnections()) {
            reserved.decrementAndGet();
            throw Failures.of("53300", "TOO_MANY_CONNECTIONS",
                    "the server has " + options.maxConnections() + " connections, the most it may have");
        }
    }

    void release() {
        reserved.decrementAndGet();
    }

    /** False when the id is in use. */
    boolean add(ClientConnection connection) {
        return open.putIfAbsent(connection.id, connection) == null;
    }

    /** Null when unknown, or when it belongs to somebody else. */
    ClientConnection find(String id, String principal) {
        ClientConnection c = id == null ? null : open.get(id);
        return c != null && c.principal.equals(principal) ? c : null;
    }

    /** The connection, or 08003 with what is known about it; the same words when it is somebody else's. */
    ClientConnection require(String id, String principal) {
        ClientConnection c = find(id, principal);
        if (c != null && !c.closed()) {
            return c;
        }
        throw missing(id);
    }

    AvaticaRuntimeException missing(String id) {
        Tombstone t;
        synchronized (tombstones) {
            t = tombstones.get(id);
        }
        if (t == null) {
            return Failures.unknownConnection("this connection is not open at the server");
        }
        String said = "this connection was closed after " + t.idleSeconds + " s without a request";
        return t.hadTransaction
                ? Failures.of("08003", "CONNECTION_EXPIRED", said + " and its transaction was rolled back")
                : Failures.unknownConnection(said);
    }

    /** Takes it out and closes it; its running statements end with 57014 first. */
    void close(ClientConnection c) {
        if (open.remove(c.id, c)) {
            c.cancelAll();
            c.turns.enter();
            try {
                c.close();
            } finally {
                c.turns.leave();
                release();
            }
        }
    }

    private void scheduleSweep() {
        if (options.idleNanos() > 0) {
            sweep = scheduler.after(Math.max(1, options.idleNanos() / 4), "jdbc-idle-sweep", this::sweepAndGoOn);
        }
    }

    private void sweepAndGoOn() {
        try {
            closeIdle();
        } finally {
            if (!stopped) {
                scheduleSweep();
            }
        }
    }

    /** Closes every connection that nobody used for the time allowed. One in the middle of a request is not idle. */
    void closeIdle() {
        for (ClientConnection c : open.values()) {
            if (c.idleNanos() < options.idleNanos() || !c.turns.tryEnter()) {
                continue;
            }
            try {
                if (c.idleNanos() >= options.idleNanos() && open.remove(c.id, c)) {
                    bury(c);
                    release();
                    c.close();
                }
            } finally {
                c.turns.leave();
            }
        }
    }

    private void bury(ClientConnection c) {
        Tombstone t = new Tombstone(c.idleNanos() / 1_000_000_000L, c.session.inTransaction());
        synchronized (tombstones) {
            tombstones.put(c.id, t);
            if (tombstones.size() > MAX_TOMBSTONES) {
                Map.Entry<String, Tombstone> oldest = tombstones.firstEntry();
                tombstones.remove(oldest.getKey());
            }
        }
    }

    void stop() {
        stopped = true;
        Scheduler.Timer timer = sweep;
        if (timer != null) {
            timer.cancel();
        }
        for (ClientConnection c : open.values()) {
            close(c);
        }
    }

    Clock clock() {
        return clock;
    }
}
