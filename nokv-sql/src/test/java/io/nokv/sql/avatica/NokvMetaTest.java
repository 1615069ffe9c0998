package io.nokv.sql.avatica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Clock;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.sql.fake.FakeEngine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.Meta.ConnectionHandle;
import org.apache.calcite.avatica.Meta.StatementHandle;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases, tombstones, frames that are asked for twice, patterns of names. */
class NokvMetaTest {
    private static final long MINUTE = 60_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final FakeEngine engine = new FakeEngine();
    private final NokvMeta meta = new NokvMeta(engine, MetaOptions.defaults().withIdleNanos(10 * MINUTE), new Clock() {
        @Override
        public long monotonicNanos() {
            return now.get();
        }

        @Override
        public long wallNanos() {
            return now.get();
        }
    }, scheduler);

    @AfterEach
    void stop() {
        meta.close();
        scheduler.close();
        assertEquals(0, engine.openSessions.get());
        assertEquals(0, engine.openResults.get());
    }

    private ConnectionHandle open(String id) {
        ConnectionHandle ch = new ConnectionHandle(id);
        meta.openConnection(ch, Map.of());
        return ch;
    }

    private Meta.MetaResultSet execute(ConnectionHandle ch, int statement, String sql, int rows) {
        return meta.prepareAndExecute(new StatementHandle(ch.id, statement, null), sql, -1, rows, null).resultSets
                .get(0);
    }

    private static String state(Runnable body) {
        return assertThrows(AvaticaRuntimeException.class, body::run).getSqlState();
    }

    @Test
    void anIdleConnectionIsClosedAndSaysSoAfterwards() {
        ConnectionHandle idle = open("idle");
        ConnectionHandle busy = open("busy");
        execute(idle, 1, "SELECT * FROM endless", 10);
        now.addAndGet(9 * MINUTE);
        execute(busy, 1, "SELECT * FROM numbers(1)", 10);
        meta.closeIdle();
        assertEquals(2, meta.connectionCount());
        now.addAndGet(MINUTE);
        meta.closeIdle();
        assertEquals(1, meta.connectionCount());
        assertEquals(0, engine.openResults.get(), "its result is gone with it");
        AvaticaRuntimeException e = assertThrows(AvaticaRuntimeException.class,
                () -> execute(idle, 1, "SELECT * FROM numbers(1)", 10));
        assertEquals("08003", e.getSqlState());
        assertTrue(e.getErrorMessage().contains("closed after 600 s without a request"), e.getErrorMessage());
        assertEquals("08006", state(() -> meta.commit(idle)));
        execute(busy, 1, "SELECT * FROM numbers(1)", 10);
    }

    /** Vendor code 1 would make a stock client with transparent reconnection go on as if nothing had been lost. */
    @Test
    void anIdleTransactionIsRolledBackAndNotReconnectedSilently() {
        ConnectionHandle c = open("tx");
        meta.connectionSync(c, new org.apache.calcite.avatica.ConnectionPropertiesImpl().setAutoCommit(false));
        execute(c, 1, "INSERT INTO kv VALUES ('a', 1)", 10);
        now.addAndGet(11 * MINUTE);
        meta.closeIdle();
        AvaticaRuntimeException e = assertThrows(AvaticaRuntimeException.class,
                () -> execute(c, 1, "INSERT INTO kv VALUES ('b', 1)", 10));
        assertEquals(0, e.getErrorCode());
        assertTrue(e.getErrorMessage().contains("its transaction was rolled back"), e.getErrorMessage());
        assertEquals(0, engine.size());
    }

    /** The stock client sends a fetch again when its answer is lost, without any id. */
    @Test
    void theLastFrameCanBeFetchedAgainAndNoOther() {
        ConnectionHandle c = open("c");
        StatementHandle s = meta.prepare(c, "SELECT * FROM numbers(25)", -1);
        Meta.Frame first = meta.execute(s, List.of(), 10).resultSets.get(0).firstFrame;
        assertFalse(first.done);
        Meta.Frame second = meta.fetch(s, 10, 10);
        assertSame(second, meta.fetch(s, 10, 10));
        Meta.Frame third = meta.fetch(s, 20, 10);
        assertTrue(third.done);
        assertSame(third, meta.fetch(s, 20, 10));
        assertEquals("24000", state(() -> meta.fetch(s, 10, 10)));
        assertEquals("24000", state(() -> meta.fetch(s, 0, 10)), "the result ended with the bad request");
    }

    @Test
    void aStatementMadeByTheClientLivesAsLongAsItsResult() {
        ConnectionHandle c = open("c");
        int made = 1 << 30;
        assertTrue(execute(c, made, "SELECT * FROM numbers(5)", 10).firstFrame.done);
        assertEquals("24000", state(() -> meta.fetch(new StatementHandle("c", made, null), 5, 10)));
        assertFalse(execute(c, made, "SELECT * FROM numbers(15)", 10).firstFrame.done);
        assertTrue(meta.fetch(new StatementHandle("c", made, null), 10, 10).done);
        assertEquals("24000", state(() -> meta.fetch(new StatementHandle("c", made, null), 10, 10)));
    }

    @Test
    void weakerIsolationIsRaisedAndStrongerRefused() {
        ConnectionHandle c = open("c");
        for (int level : new int[]{1, 2, 4}) {
            assertEquals(4, meta.connectionSync(c,
                    new org.apache.calcite.avatica.ConnectionPropertiesImpl().setTransactionIsolation(level))
                    .getTransactionIsolation());
        }
        assertEquals("0A000", state(() -> meta.connectionSync(c,
                new org.apache.calcite.avatica.ConnectionPropertiesImpl().setTransactionIsolation(8))));
        assertEquals("3F000", state(() -> meta.connectionSync(c,
                new org.apache.calcite.avatica.ConnectionPropertiesImpl().setSchema("other"))));
    }

    @Test
    void namePatternsAreThoseOfJdbc() {
        assertTrue(Like.matches(null, "x"));
        assertTrue(Like.matches(Meta.Pat.of(null), "x"));
        assertTrue(Like.matches(Meta.Pat.of("%"), ""));
        assertTrue(Like.matches(Meta.Pat.of("DENT%"), "dentries"));
        assertTrue(Like.matches(Meta.Pat.of("%t_i%s"), "dentries"));
        assertTrue(Like.matches(Meta.Pat.of("every\\_type"), "every_type"));
        assertFalse(Like.matches(Meta.Pat.of("every\\_type"), "everyXtype"));
        assertFalse(Like.matches(Meta.Pat.of(""), "x"));
        assertFalse(Like.matches(Meta.Pat.of("%a%b"), "ab-a"));
        assertTrue(Like.matches(Meta.Pat.of("%a".repeat(50) + "%"), "a".repeat(2_000)));
        assertFalse(Like.matches(Meta.Pat.of("%a".repeat(50) + "b"), "a".repeat(2_000)));
    }
}
