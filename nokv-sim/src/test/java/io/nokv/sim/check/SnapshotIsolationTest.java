package io.nokv.sim.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.check.SnapshotIsolation.End;
import io.nokv.sim.check.SnapshotIsolation.Txn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Transactions that snapshot isolation allows, and anomalies it must be caught at. */
class SnapshotIsolationTest {
    private static final Map<String, String> INITIAL = Map.of("x", "x0", "y", "y0");

    private final List<Txn> history = new ArrayList<>();

    private void committed(long readVersion, Map<String, String> reads, Map<String, String> writes, long version) {
        history.add(new Txn(history.size(), readVersion, reads, writes, End.COMMITTED, version, history.size() * 10L,
                history.size() * 10L + 5));
    }

    private void concurrent(long readVersion, Map<String, String> reads, Map<String, String> writes, End end,
            long version) {
        history.add(new Txn(history.size(), readVersion, reads, writes, end, version, 0, 1_000));
    }

    private void assertClean() {
        assertEquals(List.of(), SnapshotIsolation.violations(INITIAL, history));
    }

    private void assertFound(String what) {
        List<String> found = SnapshotIsolation.violations(INITIAL, history);
        assertTrue(found.stream().anyMatch(v -> v.contains(what)), what + " is not in " + found);
    }

    @Test
    void aSerialRunIsClean() {
        committed(0, Map.of("x", "x0"), Map.of("x", "x1"), 10);
        committed(10, Map.of("x", "x1", "y", "y0"), Map.of("y", "y1"), 20);
        committed(20, Map.of("y", "y1"), Map.of(), 0);
        assertClean();
    }

    @Test
    void writeSkewIsAllowed() {
        concurrent(0, Map.of("x", "x0", "y", "y0"), Map.of("x", "x1"), End.COMMITTED, 10);
        concurrent(0, Map.of("x", "x0", "y", "y0"), Map.of("y", "y1"), End.COMMITTED, 11);
        assertClean();
    }

    @Test
    void aLostUpdateIsFound() {
        concurrent(0, Map.of("x", "x0"), Map.of("x", "x1"), End.COMMITTED, 10);
        concurrent(0, Map.of("x", "x0"), Map.of("x", "x2"), End.COMMITTED, 11);
        assertFound("overlap and both wrote x");
    }

    @Test
    void aFracturedReadIsFound() {
        concurrent(0, Map.of(), Map.of("x", "x1", "y", "y1"), End.COMMITTED, 10);
        concurrent(10, Map.of("x", "x1", "y", "y0"), Map.of(), End.COMMITTED, 0);
        assertFound("read y = y0 instead of y1");
    }

    @Test
    void aReadAheadOfItsVersionIsFound() {
        concurrent(0, Map.of(), Map.of("x", "x1"), End.COMMITTED, 10);
        concurrent(9, Map.of("x", "x1"), Map.of(), End.COMMITTED, 0);
        assertFound("read x = x1 instead of x0");
    }

    @Test
    void anAbortedReadIsFound() {
        concurrent(0, Map.of(), Map.of("x", "x1"), End.ABORTED, 0);
        concurrent(9, Map.of("x", "x1"), Map.of(), End.COMMITTED, 0);
        assertFound("of the aborted 0");
    }

    @Test
    void aLostCommitIsFound() {
        committed(0, Map.of(), Map.of("x", "x1"), 10);
        committed(20, Map.of("x", "x0"), Map.of(), 0);
        assertFound("read x = x0 instead of x1");
    }

    @Test
    void aLostDeleteIsFound() {
        Map<String, String> delete = new HashMap<>();
        delete.put("x", null);
        committed(0, Map.of(), delete, 10);
        committed(20, Map.of("x", "x0"), Map.of(), 0);
        assertFound("read x = x0 instead of null");
    }

    @Test
    void anUnknownTransactionMayBeThereOrNot() {
        concurrent(0, Map.of(), Map.of("x", "x1"), End.UNKNOWN, 0);
        concurrent(20, Map.of("x", "x1"), Map.of(), End.COMMITTED, 0);
        concurrent(5, Map.of("x", "x0"), Map.of(), End.COMMITTED, 0);
        assertClean();
    }

    @Test
    void aReadOlderThanWhatHadEndedIsFound() {
        committed(0, Map.of(), Map.of("x", "x1"), 10);
        committed(5, Map.of("x", "x0"), Map.of(), 0);
        assertFound("which had ended when it began");
    }

    @Test
    void equalOrBackwardVersionsAreFound() {
        concurrent(0, Map.of(), Map.of("x", "x1"), End.COMMITTED, 10);
        concurrent(10, Map.of(), Map.of("y", "y1"), End.COMMITTED, 10);
        assertFound("both committed at 10");
        assertFound("not after its read version 10");
    }
}
