package io.nokv.sql.avatica;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Scheduler;
import io.nokv.sql.api.SqlSession;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One client connection: its session, its statements, its recent answers. Everything but {@link #cancel} is used by the
 * holder of {@link #turns}.
 */
final class ClientConnection {
    /** Statement ids from here on are chosen by the client; such a statement lives as long as its open result. */
    static final int FIRST_CLIENT_MADE_ID = 1 << 30;

    final String id;
    final String principal;
    final SqlSession session;
    final long statementTimeoutMillis;
    final Turns turns;
    final ReplayCache replay;

    private final MetaOptions limits;
    private final Clock clock;
    /** Concurrent only because {@link #cancelAll} looks in from outside. */
    private final ConcurrentHashMap<Integer, OpenStatement> statements = new ConcurrentHashMap<>();
    private int lastStatementId;
    private volatile long usedNanos;
    private volatile boolean closed;

    ClientConnection(String id, String principal, SqlSession session, long statementTimeoutMillis, MetaOptions limits,
            Clock clock, Scheduler scheduler) {
        this.id = id;
        this.principal = principal;
        this.session = session;
        this.statementTimeoutMillis = statementTimeoutMillis;
        this.limits = limits;
        this.clock = clock;
        turns = new Turns(scheduler);
        replay = new ReplayCache(scheduler);
        touch();
    }

    void touch() {
        usedNanos = clock.monotonicNanos();
    }

    long idleNanos() {
        return clock.monotonicNanos() - usedNanos;
    }

    boolean closed() {
        return closed;
    }

    int nextStatementId() {
        if (++lastStatementId >= FIRST_CLIENT_MADE_ID) {
            lastStatementId = 1;
        }
        return lastStatementId;
    }

    /** Registers a statement under {@code id}; 54000 beyond the limit. */
    OpenStatement create(int id) {
        if (statements.size() >= limits.maxStatementsPerConnection()) {
            throw Failures.of("54000", "TOO_MANY_STATEMENTS",
                    "this connection has " + statements.size() + " open statements, the most it may have");
        }
        OpenStatement s = new OpenStatement(id);
        statements.put(id, s);
        return s;
    }

    /** Null when there is none. */
    OpenStatement find(int id) {
        return statements.get(id);
    }

    void closeStatement(int id) {
        OpenStatement s = statements.remove(id);
        if (s != null) {
            s.closeCursor();
        }
    }

    void checkCursors() {
        int open = 0;
        for (OpenStatement s : statements.values()) {
            open += s.hasOpenCursor() ? 1 : 0;
        }
        if (open >= limits.maxCursorsPerConnection()) {
            throw Failures.of("54000", "TOO_MANY_RESULTS",
                    "this connection has " + open + " results that are not read to their end, the most it may have");
        }
    }

    /** Callable from any flow, without the turn. */
    boolean cancel(int statementId) {
        return session.cancel(statementId);
    }

    /** Callable from any flow: lets the holder of the turn come to its end. */
    void cancelAll() {
        for (Integer id : statements.keySet()) {
            session.cancel(id);
        }
    }

    /** Closes results and session; whoever gets the turn next finds it closed. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            for (Integer id : statements.keySet()) {
                closeStatement(id);
            }
        } finally {
            session.close();
        }
    }
}
