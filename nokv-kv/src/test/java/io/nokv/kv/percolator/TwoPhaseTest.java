package io.nokv.kv.percolator;

import static io.nokv.kv.percolator.Table.add;
import static io.nokv.kv.percolator.Table.key;
import static io.nokv.kv.percolator.Table.ts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prewrite, commit and rollback: once, repeated, late, against each other. */
class TwoPhaseTest {
    private final Table table = new Table();

    private void prewritten(Prewrite.Outcome outcome) {
        assertInstanceOf(Prewrite.Outcome.Prewritten.class, outcome);
    }

    private void committedAt(long commitTs, Commit.Outcome outcome) {
        assertEquals(ts(commitTs), assertInstanceOf(Commit.Outcome.Committed.class, outcome).commitTs());
    }

    @Test
    void prewriteLocksAndCommitMakesItVisible() {
        prewritten(table.prewritePut("a", "1", "a", 10));
        assertNull(table.read("a", 100));
        committedAt(20, table.commit("a", 10, 20));
        assertEquals("1", table.read("a", 20));
        assertNull(table.read("a", 19));
        assertNull(table.lock("a"));
    }

    @Test
    void repeatedPrewriteAndCommitChangeNothingMore() {
        prewritten(table.prewritePut("a", "1", "a", 10));
        String locked = table.dump();
        prewritten(table.prewritePut("a", "1", "a", 10));
        assertEquals(locked, table.dump());
        committedAt(20, table.commit("a", 10, 20));
        String committed = table.dump();
        committedAt(20, table.commit("a", 10, 20));
        assertEquals(committed, table.dump());
    }

    @Test
    void aPrewriteRepeatedAfterItsCommitSucceedsWithoutALock() {
        prewritten(table.prewritePut("a", "1", "a", 10));
        committedAt(20, table.commit("a", 10, 20));
        String committed = table.dump();
        prewritten(table.prewritePut("a", "1", "a", 10));
        assertEquals(committed, table.dump());
        table.mustPut("a", "2", 30, 40);
        prewritten(table.prewritePut("a", "1", "a", 10));
        assertEquals("2", table.read("a", 50));
    }

    @Test
    void aSecondWriterFindsTheLock() {
        prewritten(table.prewritePut("a", "1", "p", 10));
        Prewrite.Outcome.Locked locked = assertInstanceOf(Prewrite.Outcome.Locked.class,
                table.prewritePut("a", "2", "a", 15));
        assertEquals(ts(10), locked.lock().startTs());
        assertEquals("p", new String(locked.lock().primary(), StandardCharsets.UTF_8));
        assertInstanceOf(OnePhaseCommit.Outcome.Locked.class,
                table.onePhase(new Mutation.Delete(key("a")), 16, false));
    }

    @Test
    void aCommitAfterTheReadVersionConflictsWhateverItsStart() {
        table.mustPut("a", "1", 5, 20);
        MutationRefusal.Conflict conflict = assertInstanceOf(MutationRefusal.Conflict.class,
                assertInstanceOf(Prewrite.Outcome.Refused.class, table.prewritePut("a", "2", "a", 10)).why());
        assertEquals(ts(20), conflict.committedAt());
        assertEquals(0, table.count(Family.LOCK));
    }

    @Test
    void aRequestIsJudgedAsAWholeBeforeAnythingIsWritten() {
        table.mustPut("b", "1", 5, 20);
        String before = table.dump();
        Prewrite.Outcome outcome = table.run(Prewrite.evaluate(new Prewrite.Request(key("a"), ts(10), ts(10), 100,
                List.of(new Mutation.Put(key("a"), key("2"), 0), new Mutation.Put(key("b"), key("2"), 0))), table));
        assertInstanceOf(Prewrite.Outcome.Refused.class, outcome);
        assertEquals(before, table.dump());
    }

    @Test
    void afterARollbackNeitherPrewriteNorCommitComesThrough() {
        prewritten(table.prewritePut("a", "1", "a", 10));
        assertInstanceOf(Rollback.Outcome.RolledBack.class, table.rollback("a", 10));
        String rolledBack = table.dump();
        assertNull(table.lock("a"));
        assertInstanceOf(Prewrite.Outcome.RolledBack.class, table.prewritePut("a", "1", "a", 10));
        assertInstanceOf(Commit.Outcome.RolledBack.class, table.commit("a", 10, 20));
        assertInstanceOf(Rollback.Outcome.RolledBack.class, table.rollback("a", 10));
        assertEquals(rolledBack, table.dump());
        assertNull(table.read("a", 100));
    }

    @Test
    void aRollbackThatComesFirstBarsALatePrewrite() {
        assertInstanceOf(Rollback.Outcome.RolledBack.class, table.rollback("a", 10));
        assertInstanceOf(Prewrite.Outcome.RolledBack.class, table.prewritePut("a", "1", "a", 10));
        prewritten(table.prewritePut("a", "2", "a", 11));
    }

    @Test
    void aRolledBackTransactionLearnsThatInsteadOfWaitingForAnotherLock() {
        table.rollback("a", 10);
        prewritten(table.prewritePut("a", "2", "a", 11));
        assertInstanceOf(Prewrite.Outcome.RolledBack.class, table.prewritePut("a", "1", "a", 10));
    }

    @Test
    void aRollbackAfterTheCommitIsTooLate() {
        prewritten(table.prewritePut("a", "1", "a", 10));
        committedAt(20, table.commit("a", 10, 20));
        assertEquals(ts(20),
                assertInstanceOf(Rollback.Outcome.Committed.class, table.rollback("a", 10)).commitTs());
        assertEquals("1", table.read("a", 20));
    }

    @Test
    void aRollbackLeavesTheLockOfAnotherAlone() {
        prewritten(table.prewritePut("a", "1", "a", 10));
        table.rollback("a", 5);
        assertEquals(ts(10), table.lock("a").startTs());
        committedAt(20, table.commit("a", 10, 20));
    }

    @Test
    void committingWhatWasNeverPrewrittenIsAnAnswer() {
        assertInstanceOf(Commit.Outcome.NotPrewritten.class, table.commit("a", 10, 20));
        prewritten(table.prewritePut("a", "1", "a", 12));
        assertInstanceOf(Commit.Outcome.NotPrewritten.class, table.commit("a", 10, 20));
    }

    @Test
    void aCommitMustComeAfterItsStart() {
        prewritten(table.prewritePut("a", "1", "a", 10));
        assertThrows(NokvException.class, () -> table.commit("a", 10, 10));
    }

    @Test
    void aReaderThatPassedPushesTheCommitUp() {
        table.millis = 0;
        prewritten(table.prewritePut("a", "1", "a", 10));
        table.status("a", 10, 30, false);
        Commit.Outcome.TooEarly early = assertInstanceOf(Commit.Outcome.TooEarly.class, table.commit("a", 10, 20));
        assertEquals(ts(31), early.minCommitTs());
        assertNull(table.read("a", 30));
        committedAt(31, table.commit("a", 10, 31));
    }

    @Test
    void aNewerRollbackHidesNoOlderVersion() {
        table.mustPut("a", "1", 5, 6);
        prewritten(table.prewritePut("a", "2", "a", 10));
        table.rollback("a", 10);
        assertEquals("1", table.read("a", 100));
        prewritten(table.prewrite(new Mutation.Check(key("a")), "p", 20));
        committedAt(30, table.commit("a", 20, 30));
        assertEquals("1", table.read("a", 100));
        assertEquals(ts(6), table.newest(key("a")).commitTs());
    }

    @Test
    void aCheckedKeyIsHeldUntilTheCommitAndThenConflictsWithNobody() {
        table.mustPut("a", "1", 5, 6);
        prewritten(table.prewrite(new Mutation.Check(key("a")), "p", 20));
        assertInstanceOf(Prewrite.Outcome.Locked.class, table.prewritePut("a", "2", "a", 25));
        committedAt(30, table.commit("a", 20, 30));
        committedAt(30, table.commit("a", 20, 30));
        prewritten(table.prewritePut("a", "2", "a", 25));
    }

    @Test
    void insertNeedsAnAbsentRow() {
        Mutation insert = new Mutation.Insert(key("a"), key("2"), 0);
        table.mustPut("a", "1", 5, 6);
        assertInstanceOf(MutationRefusal.AlreadyExists.class,
                assertInstanceOf(Prewrite.Outcome.Refused.class, table.prewrite(insert, "a", 10)).why());
        prewritten(table.prewrite(new Mutation.Delete(key("a")), "a", 11));
        committedAt(12, table.commit("a", 11, 12));
        prewritten(table.prewrite(insert, "a", 13));
    }

    @Test
    void anAddIsWorkedOutUnderItsLock() {
        table.mustPutCounter("n", 8, 5, 6);
        prewritten(table.prewrite(add("n", 2, 10), "n", 10));
        assertInstanceOf(Prewrite.Outcome.Locked.class, table.prewrite(add("n", 1, 100), "n", 11));
        committedAt(20, table.commit("n", 10, 20));
        assertInstanceOf(MutationRefusal.OutOfBounds.class, assertInstanceOf(Prewrite.Outcome.Refused.class,
                table.prewrite(add("n", 1, 10), "n", 15)).why());
        prewritten(table.prewrite(add("n", 1, 100), "n", 16));
        assertInstanceOf(MutationRefusal.Missing.class,
                assertInstanceOf(Prewrite.Outcome.Refused.class, table.prewrite(add("m", 1, 10), "m", 15)).why());
    }

    @Test
    void longValuesLieApartAndGoWithTheirRollback() {
        String text = "x".repeat(5_000);
        prewritten(table.prewritePut("a", text, "a", 10));
        assertEquals(1, table.count(Family.DEFAULT));
        table.rollback("a", 10);
        assertEquals(0, table.count(Family.DEFAULT));
        prewritten(table.prewritePut("a", text, "a", 20));
        committedAt(30, table.commit("a", 20, 30));
        assertEquals(text, table.read("a", 30));
    }

    @Test
    void aRowThatExpiresCountsFromItsCommit() {
        table.millis = 1;
        prewritten(table.prewrite(new Mutation.Put(key("a"), key("1"), 5), "a", 10));
        committedAt(3L << 18, table.commit("a", 10, 3L << 18));
        table.millis = 7;
        assertEquals("1", table.read("a", Long.MAX_VALUE));
        table.millis = 8;
        assertNull(table.read("a", Long.MAX_VALUE));
    }

    @Test
    void aPrimaryThatChangesBetweenTriesIsRefused() {
        prewritten(table.prewritePut("a", "1", "p", 10));
        assertThrows(NokvException.class, () -> table.prewritePut("a", "1", "q", 10));
    }
}
