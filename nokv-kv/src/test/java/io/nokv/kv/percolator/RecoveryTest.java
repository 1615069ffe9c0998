package io.nokv.kv.percolator;

import static io.nokv.kv.percolator.Table.key;
import static io.nokv.kv.percolator.Table.ts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What others find out about a transaction, and do to it: status, resolve, heartbeat. */
class RecoveryTest {
    private final Table table = new Table();

    /** Locks of {@link Table#prewrite} live 100 ms from the start, which for small timestamps is millisecond 0. */
    private void lockLives() {
        table.millis = 99;
    }

    private void lockIsDead() {
        table.millis = 100;
    }

    @Test
    void aLivingTransactionIsPushedNotKilled() {
        lockLives();
        table.prewritePut("a", "1", "a", 10);
        CheckTxnStatus.Outcome.Alive alive = assertInstanceOf(CheckTxnStatus.Outcome.Alive.class,
                table.status("a", 10, 50, true));
        assertEquals(ts(51), alive.minCommitTs());
        String pushed = table.dump();
        assertEquals(ts(51), assertInstanceOf(CheckTxnStatus.Outcome.Alive.class,
                table.status("a", 10, 40, true)).minCommitTs(), "an older reader pushes nothing back");
        assertEquals(pushed, table.dump());
        assertEquals(ts(51), assertInstanceOf(CheckTxnStatus.Outcome.Alive.class,
                table.status("a", 10, 0, true)).minCommitTs(), "a writer pushes nothing");
    }

    @Test
    void aDeadTransactionIsRolledBackForGood() {
        lockIsDead();
        table.prewritePut("a", "1", "a", 10);
        assertInstanceOf(CheckTxnStatus.Outcome.RolledBack.class, table.status("a", 10, 50, true));
        assertInstanceOf(CheckTxnStatus.Outcome.RolledBack.class, table.status("a", 10, 50, true));
        assertInstanceOf(Commit.Outcome.RolledBack.class, table.commit("a", 10, 60));
        assertNull(table.read("a", 100));
    }

    @Test
    void aCommittedTransactionSaysWhen() {
        table.prewritePut("a", "1", "a", 10);
        table.commit("a", 10, 20);
        assertEquals(ts(20), assertInstanceOf(CheckTxnStatus.Outcome.Committed.class,
                table.status("a", 10, 50, true)).commitTs());
    }

    @Test
    void aPrimaryThatHasNotArrivedIsLeftAloneUntilItsTimeIsOver() {
        String before = table.dump();
        assertInstanceOf(CheckTxnStatus.Outcome.Missing.class, table.status("a", 10, 50, false));
        assertEquals(before, table.dump());
        assertInstanceOf(CheckTxnStatus.Outcome.RolledBack.class, table.status("a", 10, 50, true));
        assertInstanceOf(Prewrite.Outcome.RolledBack.class, table.prewritePut("a", "1", "a", 10));
    }

    @Test
    void aLockOfAnotherTransactionIsNoTrace() {
        lockLives();
        table.prewritePut("a", "1", "a", 10);
        assertInstanceOf(CheckTxnStatus.Outcome.Missing.class, table.status("a", 5, 50, false));
        assertInstanceOf(CheckTxnStatus.Outcome.RolledBack.class, table.status("a", 5, 50, true));
        assertEquals(ts(10), table.lock("a").startTs());
    }

    @Test
    void whoAsksTheWrongKeyIsTold() {
        table.prewritePut("a", "1", "p", 10);
        assertArrayEquals(key("p"), assertInstanceOf(CheckTxnStatus.Outcome.NotPrimary.class,
                table.status("a", 10, 50, true)).primary());
    }

    @Test
    void locksAreResolvedAsThePrimaryDecidedAndOnlyOfThatTransaction() {
        table.prewritePut("a", "1", "p", 10);
        table.prewritePut("b", "1", "q", 11);
        table.prewritePut("c", "1", "p", 10);
        List<byte[]> keys = List.of(key("a"), key("b"), key("x"));
        assertEquals(1, table.run(ResolveLock.evaluate(new ResolveLock.Request(keys, ts(10), ts(20)), table)));
        assertEquals("1", table.read("a", 20));
        assertEquals(ts(11), table.lock("b").startTs());
        assertEquals(0, table.run(ResolveLock.evaluate(new ResolveLock.Request(keys, ts(10), ts(20)), table)));

        assertEquals(1, table.run(
                ResolveLock.evaluate(new ResolveLock.Request(List.of(key("c")), ts(10), null), table)));
        assertNull(table.read("c", 100));
        assertInstanceOf(Prewrite.Outcome.RolledBack.class, table.prewritePut("c", "1", "p", 10));
    }

    @Test
    void aHeartbeatLetsALockStandLongerNeverShorter() {
        table.prewritePut("a", "1", "a", 10);
        assertEquals(500L, heartbeat("a", 10, 500));
        assertEquals(500L, heartbeat("a", 10, 200));
        table.millis = 499;
        assertInstanceOf(CheckTxnStatus.Outcome.Alive.class, table.status("a", 10, 50, true));
        table.commit("a", 10, 60);
        assertNull(heartbeat("a", 10, 900));
        assertNull(heartbeat("b", 10, 900));
    }

    private Long heartbeat(String key, long startTs, long ttlMillis) {
        return switch (table.run(Heartbeat.evaluate(new Heartbeat.Request(key(key), ts(startTs), ttlMillis), table))) {
            case Heartbeat.Outcome.Alive(long ttl) -> ttl;
            case Heartbeat.Outcome.Gone _ -> null;
        };
    }
}
