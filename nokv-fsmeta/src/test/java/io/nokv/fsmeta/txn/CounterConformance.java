package io.nokv.fsmeta.txn;

import static io.nokv.fsmeta.txn.ConformanceRows.assertConflict;
import static io.nokv.fsmeta.txn.ConformanceRows.bytes;
import static io.nokv.fsmeta.txn.ConformanceRows.commit;
import static io.nokv.fsmeta.txn.ConformanceRows.putCounter;
import static io.nokv.fsmeta.txn.ConformanceRows.slot;
import static io.nokv.fsmeta.txn.ConformanceRows.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.codec.CounterRecord.Delta;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Deltas to counter records: they add up, keep bounds, and conflict with puts and deletes only. */
public interface CounterConformance {
    StoreUnderTest open();

    @Test
    default void deltasOfConcurrentTransactionsAddUp() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 10, 10, 10);
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.add(bytes("n"), List.of(Delta.add(0, 5), Delta.max(1, 70), Delta.set(2, 1)));
                second.add(bytes("n"), List.of(Delta.add(0, -3), Delta.max(1, 30), Delta.set(2, 2)));
                commit(first);
                commit(second);
            }
            assertEquals(12, slot(store.runner(), "n", 0));
            assertEquals(70, slot(store.runner(), "n", 1));
            assertEquals(2, slot(store.runner(), "n", 2));
        }
    }

    @Test
    default void theHeaderAndTheSlotsLeftAloneSurvive() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("n"), new CounterRecord(new byte[]{0, 1, (byte) 200}, 1, Long.MIN_VALUE, 3).encode());
                commit(txn);
            }
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                commit(txn);
            }
            assertEquals(new CounterRecord(new byte[]{0, 1, (byte) 200}, 2, Long.MIN_VALUE, 3),
                    CounterRecord.decode(store.runner().latest().get(bytes("n"))));
        }
    }

    @Test
    default void addNeedsTheRecordToExistAtCommit() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                txn.put(bytes("other"), bytes("x"));
                assertEquals("n", text(assertInstanceOf(CommitOutcome.Missing.class, txn.commit()).key()));
            }
            assertNull(store.runner().latest().get(bytes("other")));
            putCounter(store.runner(), "n", 1);
            try (Txn txn = store.runner().begin()) {
                assertEquals("h", text(CounterRecord.decode(txn.get(bytes("n"))).header()));
                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                try (Txn remover = store.runner().begin()) {
                    remover.delete(bytes("n"));
                    commit(remover);
                }
                CommitOutcome outcome = txn.commit();
                assertTrue(outcome instanceof CommitOutcome.Missing || outcome instanceof CommitOutcome.Conflict,
                        outcome.toString());
            }
            assertNull(store.runner().latest().get(bytes("n")));
        }
    }

    @Test
    default void addSeesARecordThatCameAfterItsTransactionBegan() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 1);
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                putCounter(store.runner(), "n", 50);
                assertConflict("n", txn.commit());
            }
            assertEquals(50, slot(store.runner(), "n", 0));
        }
    }

    @Test
    default void putAndDeleteConflictWithAnAddThatCameBefore() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 1);
            try (Txn put = store.runner().begin();
                    Txn delete = store.runner().begin();
                    Txn check = store.runner().begin()) {
                put.put(bytes("n"), new CounterRecord(bytes("h"), 100).encode());
                delete.delete(bytes("n"));
                check.check(bytes("n"));
                try (Txn add = store.runner().begin()) {
                    add.add(bytes("n"), List.of(Delta.add(0, 1)));
                    commit(add);
                }
                assertConflict("n", put.commit());
                assertConflict("n", delete.commit());
                assertConflict("n", check.commit());
            }
            assertEquals(2, slot(store.runner(), "n", 0));
        }
    }

    @Test
    default void aCheckedCounterIsCheckedEvenWhenItIsAddedTo() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 1);
            try (Txn checked = store.runner().begin()) {
                checked.check(bytes("n"));
                checked.add(bytes("n"), List.of(Delta.add(0, 1)));
                try (Txn add = store.runner().begin()) {
                    add.add(bytes("n"), List.of(Delta.add(0, 10)));
                    commit(add);
                }
                assertConflict("n", checked.commit());
            }
            try (Txn checked = store.runner().begin()) {
                checked.add(bytes("n"), List.of(Delta.add(0, 1)));
                checked.check(bytes("n"));
                commit(checked);
            }
            assertEquals(12, slot(store.runner(), "n", 0));
        }
    }

    @Test
    default void boundsAreCheckedAgainstTheNewestRecord() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 8, 0);
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.add(bytes("n"), List.of(Delta.addBounded(0, 2, 0, 10)));
                second.add(bytes("n"), List.of(Delta.add(1, 1), Delta.addBounded(0, 2, 0, 10)));
                second.put(bytes("other"), bytes("x"));
                commit(first);
                CommitOutcome.OutOfBounds refused = assertInstanceOf(CommitOutcome.OutOfBounds.class, second.commit());
                assertEquals("n", text(refused.key()));
                assertEquals(0, refused.slot());
            }
            assertEquals(10, slot(store.runner(), "n", 0));
            assertEquals(0, slot(store.runner(), "n", 1), "no delta of a refused commit is kept");
            assertNull(store.runner().latest().get(bytes("other")));
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("n"), List.of(Delta.addBounded(0, -11, 0, 10)));
                assertInstanceOf(CommitOutcome.OutOfBounds.class, txn.commit());
            }
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("n"), List.of(Delta.addBounded(0, -10, 0, 10)));
                commit(txn);
            }
            assertEquals(0, slot(store.runner(), "n", 0), "the bounds themselves are inside");
        }
    }

    @Test
    default void anOverflowIsOutOfBounds() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", Long.MAX_VALUE);
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                assertInstanceOf(CommitOutcome.OutOfBounds.class, txn.commit());
            }
        }
    }

    @Test
    default void deltasOfOneTransactionApplyInOrderAlsoOverOwnWrites() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 1);
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("n"), List.of(Delta.set(0, 5)));
                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                txn.insert(bytes("own"), new CounterRecord(bytes("h"), 1).encode());
                txn.add(bytes("own"), List.of(Delta.add(0, 41)));
                assertEquals(42, CounterRecord.decode(txn.get(bytes("own"))).slot(0));
                commit(txn);
            }
            assertEquals(6, slot(store.runner(), "n", 0));
            assertEquals(42, slot(store.runner(), "own", 0));
        }
    }

    @Test
    default void addAfterOwnDeleteFindsNothing() {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 1);
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("n"));
                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                assertNull(txn.get(bytes("n")));
                assertInstanceOf(CommitOutcome.Missing.class, txn.commit());
            }
            assertEquals(1, slot(store.runner(), "n", 0));
        }
    }

    @Test
    default void manyThreadsOnOneCounterLoseNothingAndConflictNever() throws Exception {
        int threads = 8;
        int rounds = 50;
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 0);
            List<Future<?>> running = new ArrayList<>();
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int t = 0; t < threads; t++) {
                    int thread = t;
                    running.add(pool.submit(() -> {
                        for (int r = 0; r < rounds; r++) {
                            try (Txn txn = store.runner().begin()) {
                                txn.insert(bytes("row " + thread + " " + r), bytes("x"));
                                txn.add(bytes("n"), List.of(Delta.add(0, 1)));
                                commit(txn);
                            }
                        }
                    }));
                }
                for (Future<?> future : running) {
                    future.get();
                }
            }
            assertEquals(threads * rounds, slot(store.runner(), "n", 0));
            assertEquals(threads * rounds, ConformanceRows.rows(store.runner().latest(), "row", "rox", false).size());
        }
    }

    @Test
    default void manyThreadsNeverPassABoundTogether() throws Exception {
        try (StoreUnderTest store = open()) {
            putCounter(store.runner(), "n", 0);
            List<Future<Integer>> running = new ArrayList<>();
            int committed = 0;
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int t = 0; t < 8; t++) {
                    running.add(pool.submit(() -> {
                        int done = 0;
                        for (int r = 0; r < 20; r++) {
                            try (Txn txn = store.runner().begin()) {
                                txn.add(bytes("n"), List.of(Delta.addBounded(0, 3, 0, 100)));
                                CommitOutcome outcome = txn.commit();
                                if (outcome instanceof CommitOutcome.Committed) {
                                    done++;
                                } else {
                                    assertInstanceOf(CommitOutcome.OutOfBounds.class, outcome);
                                }
                            }
                        }
                        return done;
                    }));
                }
                for (Future<Integer> future : running) {
                    committed += future.get();
                }
            }
            assertEquals(33, committed);
            assertEquals(99, slot(store.runner(), "n", 0));
        }
    }
}
