package io.nokv.kv.percolator;

import static io.nokv.kv.percolator.Table.add;
import static io.nokv.kv.percolator.Table.key;
import static io.nokv.kv.percolator.Table.ts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.NokvException;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Family;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnePhaseCommitTest {
    private final Table table = new Table();

    private MutationRefusal refusal(Mutation mutation, long startTs) {
        return assertInstanceOf(OnePhaseCommit.Outcome.Refused.class, table.onePhase(mutation, startTs, false)).why();
    }

    private void commit(Mutation mutation, long startTs, long commitTs) {
        table.apply(assertInstanceOf(OnePhaseCommit.Outcome.Ready.class, table.onePhase(mutation, startTs, false))
                .seal(ts(commitTs)));
    }

    private long slot(String key) {
        return CounterRecord.decode(table.valueOf(key(key), table.newest(key(key)))).slot(0);
    }

    @Test
    void leavesNoLocks() {
        commit(new Mutation.Put(key("a"), key("1"), 0), 10, 20);
        assertEquals("1", table.read("a", 20));
        assertEquals(0, table.count(Family.LOCK));
    }

    @Test
    void addsOfConcurrentTransactionsPassEachOther() {
        table.mustPutCounter("n", 1, 5, 6);
        commit(add("n", 2, 100), 10, 21);
        commit(add("n", 4, 100), 11, 22);
        commit(add("n", 8, 100), 7, 23);
        assertEquals(15, slot("n"));
    }

    @Test
    void anAddConflictsWithAnyReplacementBehindHoweverManyAddsCameAfter() {
        table.mustPutCounter("n", 1, 5, 6);
        table.mustPutCounter("n", 50, 12, 20);
        commit(add("n", 1, 100), 25, 30);
        commit(add("n", 1, 100), 26, 31);
        assertEquals(ts(31), assertInstanceOf(MutationRefusal.Conflict.class, refusal(add("n", 1, 100), 10))
                .committedAt());
        commit(add("n", 1, 100), 21, 40);
        assertEquals(53, slot("n"));
    }

    @Test
    void putAndCheckConflictWithAnAdd() {
        table.mustPutCounter("n", 1, 5, 6);
        commit(add("n", 1, 100), 25, 30);
        assertInstanceOf(MutationRefusal.Conflict.class,
                refusal(new Mutation.Put(key("n"), Table.counter(9), 0), 20));
        assertInstanceOf(MutationRefusal.Conflict.class, refusal(new Mutation.Check(key("n")), 20));
        assertInstanceOf(MutationRefusal.Conflict.class, refusal(
                new Mutation.Add(key("n"), List.of(CounterRecord.Delta.add(0, 1)), true), 20));
    }

    @Test
    void checksLeaveNothingBehind() {
        table.mustPut("a", "1", 5, 6);
        OnePhaseCommit.Outcome.Ready ready = assertInstanceOf(OnePhaseCommit.Outcome.Ready.class,
                table.onePhase(new Mutation.Check(key("a")), 10, false));
        assertTrue(ready.isEmpty());
        assertInstanceOf(MutationRefusal.AlreadyExists.class, refusal(new Mutation.CheckAbsent(key("a")), 10));
        assertInstanceOf(OnePhaseCommit.Outcome.Ready.class,
                table.onePhase(new Mutation.CheckAbsent(key("b")), 10, false));
    }

    @Test
    void askedAgainItAnswersWithTheFirstCommit() {
        table.mustPutCounter("n", 1, 5, 6);
        commit(add("n", 2, 100), 10, 20);
        commit(add("n", 4, 100), 11, 21);
        assertEquals(ts(20), assertInstanceOf(OnePhaseCommit.Outcome.Committed.class,
                table.onePhase(add("n", 2, 100), 10, true)).commitTs());
        assertInstanceOf(OnePhaseCommit.Outcome.Ready.class, table.onePhase(add("n", 2, 100), 12, true));
    }

    @Test
    void anExpiringCounterKeepsItsExpiryThroughAdds() {
        table.millis = 0;
        commit(new Mutation.Put(key("n"), Table.counter(1), 50), 5, 6);
        commit(add("n", 1, 100), 10, 20);
        WriteRecord newest = table.newest(key("n"));
        assertEquals(50, newest.expiresAtMillis());
        table.millis = 50;
        assertInstanceOf(MutationRefusal.Missing.class, refusal(add("n", 1, 100), 30));
        commit(new Mutation.Insert(key("n"), Table.counter(7), 0), 30, 40);
        assertEquals(7, slot("n"));
    }

    @Test
    void mixingItWithAPrewriteIsAnError() {
        table.prewritePut("a", "1", "a", 10);
        assertThrows(NokvException.class, () -> table.onePhase(new Mutation.Put(key("a"), key("1"), 0), 10, false));
    }
}
