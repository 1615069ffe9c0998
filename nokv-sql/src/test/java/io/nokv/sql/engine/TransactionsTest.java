package io.nokv.sql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlResult;
import io.nokv.sql.api.SqlSession;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions: transactions, what they see, what survives them, cancel and time limits. */
@ParameterizedClass
@EnumSource(TestStore.class)
final class TransactionsTest {
    private static final String COUNT = "SELECT count(*) FROM dentries WHERE mount = 'm' AND parent = 16777216";
    private static final String ADD = "INSERT INTO dentries (parent, name) VALUES (16777216, ?)";

    private final SqlUnderTest sql;
    private SqlSession other;

    TransactionsTest(TestStore store) {
        sql = SqlUnderTest.open(store);
    }

    @BeforeEach
    void threeFiles() {
        other = sql.openSession();
        for (String name : List.of("a", "b", "c")) {
            sql.fs.file(NamespaceUnderTest.ROOT, name);
        }
    }

    @AfterEach
    void close() {
        other.close();
        sql.close();
    }

    private Object count(SqlSession session) {
        return sql.rows(session, COUNT).getFirst().getFirst();
    }

    @Test
    void autocommittedChangesAreSeenAtOnce() {
        assertTrue(sql.session.autoCommit());
        assertEquals(1, sql.update(ADD, "d"));
        assertEquals(4L, count(other));
        assertFalse(sql.session.inTransaction());
    }

    @Test
    void aTransactionSeesItsOwnChangesAndNobodyElseDoesUntilCommit() {
        sql.session.setAutoCommit(false);
        sql.update(ADD, "d");
        assertEquals(4L, count(sql.session));
        assertEquals(3L, count(other));
        assertTrue(sql.session.inTransaction());
        sql.session.commit();
        assertEquals(4L, count(other));
        assertFalse(sql.session.inTransaction());
    }

    @Test
    void aRollbackLeavesNothing() {
        sql.session.setAutoCommit(false);
        sql.update(ADD, "d");
        sql.update("DELETE FROM dentries WHERE parent = 16777216 AND name = 'a'");
        sql.session.rollback();
        assertEquals(3L, count(sql.session));
        assertEquals("a", sql.rows("SELECT min(name) FROM dentries").getFirst().getFirst());
    }

    @Test
    void aTransactionReadsAtOneVersion() {
        sql.session.setAutoCommit(false);
        assertEquals(3L, count(sql.session));
        sql.update(other, ADD, "d");
        assertEquals(3L, count(sql.session));
        sql.session.commit();
        assertEquals(4L, count(sql.session));
    }

    @Test
    void twoTransactionsThatMakeTheSameNameConflict() {
        sql.session.setAutoCommit(false);
        other.setAutoCommit(false);
        sql.update(ADD, "d");
        sql.update(other, ADD, "d");
        sql.session.commit();
        SqlFailure conflict = assertThrows(SqlFailure.class, other::commit);
        assertTrue(List.of("40001", "23505").contains(conflict.sqlState()), conflict.sqlState());
        other.rollback();
        assertEquals(4L, count(other));
    }

    @Test
    void twoTransactionsThatChangeTheSameInodeConflict() {
        sql.session.setAutoCommit(false);
        other.setAutoCommit(false);
        sql.update("UPDATE entries SET size = 1 WHERE parent = 16777216 AND name = 'a'");
        sql.update(other, "UPDATE entries SET size = 2 WHERE parent = 16777216 AND name = 'a'");
        sql.session.commit();
        assertEquals("40001", assertThrows(SqlFailure.class, other::commit).sqlState());
        assertEquals(1L, sql.rows(other, "SELECT size FROM entries WHERE name = 'a'").getFirst().getFirst());
    }

    @Test
    void aFailedStatementUndoesItselfAndNoMore() {
        sql.session.setAutoCommit(false);
        sql.update(ADD, "d");
        assertEquals("23505", sql.state("INSERT INTO dentries (parent, name) VALUES (16777216, 'e'), (16777216, 'a')"));
        sql.update(ADD, "f");
        sql.session.commit();
        assertEquals(List.of("a", "b", "c", "d", "f"), sql.lines("SELECT name FROM dentries ORDER BY name"));
    }

    @Test
    void openResultsOutliveTheTransactionAndKeepTheirVersion() {
        sql.session.setAutoCommit(false);
        SqlResult before = sql.run(sql.session, "SELECT name FROM dentries WHERE mount = 'm' AND parent = 16777216");
        assertEquals("a", before.next()[0]);
        sql.update(ADD, "d");
        SqlResult within = sql.run(sql.session, "SELECT name FROM dentries WHERE mount = 'm' AND parent = 16777216");
        assertEquals("a", within.next()[0]);
        sql.update("DELETE FROM dentries WHERE parent = 16777216");
        assertEquals(0L, count(sql.session));
        sql.session.commit();
        assertEquals(List.of("b", "c"), rest(before));
        assertEquals(List.of("b", "c", "d"), rest(within));
    }

    @Test
    void openResultsOutliveARollback() {
        sql.session.setAutoCommit(false);
        sql.update(ADD, "d");
        SqlResult within = sql.run(sql.session, "SELECT name FROM dentries WHERE mount = 'm' AND parent = 16777216");
        sql.session.rollback();
        assertEquals(List.of("a", "b", "c", "d"), rest(within));
    }

    private static List<Object> rest(SqlResult result) {
        List<Object> rest = new ArrayList<>();
        for (Object[] row = result.next(); row != null; row = result.next()) {
            rest.add(row[0]);
        }
        result.close();
        return rest;
    }

    @Test
    void aResultOutsideOfTransactionsDoesNotMoveWhileOthersWrite() {
        SqlResult result = sql.run(sql.session, "SELECT name FROM dentries WHERE mount = 'm' AND parent = 16777216");
        assertEquals("a", result.next()[0]);
        sql.update(other, ADD, "bb");
        assertEquals(List.of("b", "c"), rest(result));
    }

    @Test
    void statementsBeginAndEndTransactionsToo() {
        sql.update("BEGIN");
        sql.update(ADD, "d");
        assertEquals(3L, count(other));
        assertEquals("25001", sql.state("START TRANSACTION"));
        sql.update("COMMIT;");
        assertEquals(4L, count(other));
        sql.update("START TRANSACTION READ WRITE");
        sql.update(ADD, "e");
        sql.update("ROLLBACK WORK");
        assertEquals(4L, count(sql.session));
        assertEquals("25P01", sql.state("COMMIT"));
        sql.update("ROLLBACK");
    }

    @Test
    void commitInAutocommitModeIsAnErrorRollbackIsNot() {
        assertEquals("25000", assertThrows(SqlFailure.class, sql.session::commit).sqlState());
        sql.session.rollback();
    }

    @Test
    void switchingAutocommitOnCommits() {
        sql.session.setAutoCommit(false);
        sql.update(ADD, "d");
        sql.session.setAutoCommit(true);
        assertEquals(4L, count(other));
    }

    @Test
    void closingASessionRollsBack() {
        other.setAutoCommit(false);
        sql.update(other, ADD, "d");
        other.close();
        assertEquals(3L, count(sql.session));
        assertEquals("08003", sql.failure(other, COUNT).sqlState());
    }

    @Test
    void readOnlyRefusesChangesAndEffects() {
        sql.session.setReadOnly(true);
        assertEquals("25006", sql.state(ADD, "d"));
        assertEquals("25006", sql.state("SELECT * FROM SNAPSHOT_SUBTREE('/')"));
        sql.session.setReadOnly(false);
        sql.update("BEGIN READ ONLY");
        assertEquals(3L, count(sql.session));
        assertEquals("25006", sql.state(ADD, "d"));
        sql.update("COMMIT");
        assertEquals(1, sql.update(ADD, "d"));
    }

    @Test
    void theRegistryIsNoPartOfTransactions() {
        sql.session.setAutoCommit(false);
        assertEquals("25001", sql.state("INSERT INTO mounts (mount) VALUES ('x')"));
        assertEquals("25001", sql.state("INSERT INTO quotas (limit_bytes) VALUES (5)"));
        assertEquals("25001", sql.state("SELECT * FROM SNAPSHOT_SUBTREE('/')"));
    }

    @Test
    void snapshotsStandStill() {
        long version = (Long) sql.rows("SELECT read_version FROM SNAPSHOT_SUBTREE('/')").getFirst().getFirst();
        sql.update("DELETE FROM dentries WHERE name = 'a'");
        sql.update(ADD, "d");
        assertEquals(List.of("a", "b", "c"), sql.lines("SELECT name FROM READDIRPLUS('/', snapshot => ?)", version));
        assertEquals(List.of("/a", "/b", "/c"), sql.lines("SELECT path FROM SUBTREE('/', snapshot => ?)", version));
        assertEquals(List.of("3"), sql.lines("SELECT files FROM DU('/', snapshot => ?)", version));
        assertEquals(List.of("b", "c", "d"), sql.lines("SELECT name FROM READDIRPLUS('/')"));
    }

    @Test
    void thePastIsReadByTheClock() {
        long then = sql.fs.clock.wallMillis();
        sql.fs.clock.passMillis(10_000);
        sql.update(ADD, "d");
        String asOf = "SELECT count(*) FROM dentries FOR SYSTEM_TIME AS OF ? WHERE mount = 'm'";
        assertEquals(3L, sql.value(asOf, then));
        assertEquals(4L, sql.value(asOf, sql.fs.clock.wallMillis()));
        assertEquals("NSFUT", sql.state(asOf, sql.fs.clock.wallMillis() + 1000));
        assertEquals(List.of("d"), sql.lines("SELECT name FROM dentries WHERE mount = 'm' AND name NOT IN"
                + " (SELECT name FROM dentries FOR SYSTEM_TIME AS OF ? WHERE mount = 'm')", then));
    }

    @Test
    void aCancelledStatementFailsAtItsNextStep() {
        SqlResult result = sql.session.execute(sql.session.prepare("SELECT name FROM dentries"), List.of(), 77, 0, 0);
        assertEquals("a", result.next()[0]);
        assertTrue(sql.session.cancel(77));
        assertEquals("57014", assertThrows(SqlFailure.class, result::next).sqlState());
        assertNull(result.next());
        assertFalse(sql.session.cancel(77));
        assertFalse(sql.session.cancel(78));
    }

    @Test
    void aStatementThatTakesTooLongFails() {
        SqlResult result = sql.session.execute(
                sql.session
                        .prepare("SELECT count(*) FROM (VALUES 1, 2, 3) a, (SELECT name FROM dentries) b, dentries c"),
                List.of(), 1, 0, 50);
        sql.fs.clock.passMillis(51);
        assertEquals("57014", assertThrows(SqlFailure.class, result::next).sqlState());
    }

    @Test
    void maxRowsEndsTheResult() {
        SqlResult result = sql.session.execute(sql.session.prepare("SELECT name FROM dentries"), List.of(), 1, 2, 0);
        assertEquals(List.of("a", "b"), rest(result));
    }
}
