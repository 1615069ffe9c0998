package io.nokv.fsmeta.txn;

import static io.nokv.fsmeta.txn.ConformanceRows.assertConflict;
import static io.nokv.fsmeta.txn.ConformanceRows.assertFails;
import static io.nokv.fsmeta.txn.ConformanceRows.bytes;
import static io.nokv.fsmeta.txn.ConformanceRows.commit;
import static io.nokv.fsmeta.txn.ConformanceRows.put;
import static io.nokv.fsmeta.txn.ConformanceRows.rows;
import static io.nokv.fsmeta.txn.ConformanceRows.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes: atomicity, conflicts, insert, check, expiry, marks, limits. */
public interface WriteConformance {
    StoreUnderTest open();

    @Test
    default void aCommitIsAllOrNothing() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "taken", "x");
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("a"), bytes("1"));
                txn.put(bytes("z"), bytes("1"));
                txn.insert(bytes("taken"), bytes("y"));
                assertInstanceOf(CommitOutcome.AlreadyExists.class, txn.commit());
            }
            assertEquals(List.of("taken=x"), rows(store.runner().latest(), "a", null, false));
        }
    }

    @Test
    default void closingWithoutCommitDropsEverything() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("a"), bytes("1"));
            }
            assertNull(store.runner().latest().get(bytes("a")));
        }
    }

    @Test
    default void closingAfterCommitChangesNothing() {
        try (StoreUnderTest store = open()) {
            Txn txn = store.runner().begin();
            txn.put(bytes("a"), bytes("1"));
            commit(txn);
            txn.close();
            txn.close();
            assertEquals("1", text(store.runner().latest().get(bytes("a"))));
        }
    }

    @Test
    default void aTransactionEndsWithItsCommit() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("a"), bytes("1"));
                commit(txn);
                assertThrows(NokvException.class, txn::commit);
                assertThrows(NokvException.class, () -> txn.put(bytes("a"), bytes("2")));
            }
            assertEquals("1", text(store.runner().latest().get(bytes("a"))));
        }
    }

    @Test
    default void theFirstOfTwoWritersOfAKeyWins() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "0");
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.put(bytes("a"), bytes("1"));
                second.put(bytes("a"), bytes("2"));
                commit(first);
                assertConflict("a", second.commit());
            }
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.delete(bytes("a"));
                second.put(bytes("a"), bytes("2"));
                commit(first);
                assertConflict("a", second.commit());
            }
            assertNull(store.runner().latest().get(bytes("a")));
        }
    }

    @Test
    default void writersOfDifferentKeysDoNotConflict() {
        try (StoreUnderTest store = open()) {
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.put(bytes("a"), bytes("1"));
                second.put(bytes("b"), bytes("2"));
                commit(first);
                commit(second);
            }
            assertEquals(List.of("a=1", "b=2"), rows(store.runner().latest(), "a", null, false));
        }
    }

    @Test
    default void deletingAnAbsentKeyIsFineAndConflictsWithItsCreation() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("a"));
                commit(txn);
            }
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.put(bytes("a"), bytes("1"));
                second.delete(bytes("a"));
                commit(first);
                assertConflict("a", second.commit());
            }
        }
    }

    @Test
    default void insertRefusesAKeyThatWasThereBefore() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "0");
            try (Txn txn = store.runner().begin()) {
                txn.insert(bytes("a"), bytes("1"));
                CommitOutcome.AlreadyExists refused = assertInstanceOf(CommitOutcome.AlreadyExists.class, txn.commit());
                assertEquals("a", text(refused.key()));
            }
            assertEquals("0", text(store.runner().latest().get(bytes("a"))));
        }
    }

    @Test
    default void insertRefusesAKeyThatCameSince() {
        try (StoreUnderTest store = open()) {
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.insert(bytes("a"), bytes("1"));
                second.insert(bytes("a"), bytes("2"));
                commit(first);
                assertInstanceOf(CommitOutcome.AlreadyExists.class, second.commit());
            }
            assertEquals("1", text(store.runner().latest().get(bytes("a"))));
        }
    }

    @Test
    default void insertTakesTheKeyOfADeletedRow() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "0");
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("a"));
                commit(txn);
            }
            try (Txn txn = store.runner().begin()) {
                txn.insert(bytes("a"), bytes("1"));
                commit(txn);
            }
            assertEquals("1", text(store.runner().latest().get(bytes("a"))));
        }
    }

    @Test
    default void insertAfterOwnDeleteReplacesButStillConflictsWithOthers() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "0");
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("a"));
                txn.insert(bytes("a"), bytes("1"));
                commit(txn);
            }
            assertEquals("1", text(store.runner().latest().get(bytes("a"))));
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("a"));
                txn.insert(bytes("a"), bytes("2"));
                put(store.runner(), "a", "between");
                assertConflict("a", txn.commit());
            }
            assertEquals("between", text(store.runner().latest().get(bytes("a"))));
        }
    }

    @Test
    default void snapshotIsolationAllowsWriteSkewAndCheckClosesIt() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "on call");
            put(store.runner(), "b", "on call");
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.check(bytes("b"));
                first.put(bytes("a"), bytes("off"));
                second.check(bytes("a"));
                second.put(bytes("b"), bytes("off"));
                commit(first);
                assertConflict("a", second.commit());
            }
            assertEquals(List.of("a=off", "b=on call"), rows(store.runner().latest(), "a", null, false));
        }
    }

    @Test
    default void checkHoldsForAbsentKeysToo() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.check(bytes("a"));
                txn.put(bytes("b"), bytes("1"));
                put(store.runner(), "a", "appeared");
                assertConflict("a", txn.commit());
            }
            try (Txn txn = store.runner().begin()) {
                txn.check(bytes("nothing"));
                txn.put(bytes("b"), bytes("1"));
                commit(txn);
            }
        }
    }

    @Test
    default void checksOfTheSameKeyDoNotConflictAndLeaveNoVersion() {
        try (StoreUnderTest store = open()) {
            long version = put(store.runner(), "a", "1");
            try (Txn first = store.runner().begin(); Txn second = store.runner().begin()) {
                first.check(bytes("a"));
                first.put(bytes("b"), bytes("1"));
                second.check(bytes("a"));
                second.put(bytes("c"), bytes("1"));
                commit(first);
                commit(second);
            }
            assertEquals(version, store.runner().latest().versionOf(bytes("a")));
        }
    }

    @Test
    default void aCheckedKeyThatIsAlsoWrittenBehavesAsWritten() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "1");
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("a"), bytes("2"));
                txn.check(bytes("a"));
                assertEquals("2", text(txn.get(bytes("a"))));
                commit(txn);
            }
            try (Txn txn = store.runner().begin()) {
                txn.check(bytes("a"));
                txn.put(bytes("a"), bytes("3"));
                commit(txn);
            }
            assertEquals("3", text(store.runner().latest().get(bytes("a"))));
        }
    }

    @Test
    default void anExpiringRowIsGoneInEveryReadOnceItsTimeIsOver() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.putExpiring(bytes("e"), bytes("1"), 1_000);
                assertEquals("1", text(txn.get(bytes("e"))));
                commit(txn);
            }
            store.passMillis(900);
            View young = store.runner().latest();
            assertEquals("1", text(young.get(bytes("e"))));
            store.passMillis(200);
            View old = store.runner().latest();
            assertNull(old.get(bytes("e")));
            assertEquals(0, old.versionOf(bytes("e")));
            assertNull(old.multiGet(List.of(bytes("e"))).get(0));
            assertEquals(List.of(), rows(old, "a", null, false));
            assertEquals(List.of(), rows(old, "a", null, true));
            assertEquals("1", text(young.get(bytes("e"))), "a version gives the same answers for ever");
        }
    }

    @Test
    default void insertTakesTheKeyOfAnExpiredRowAndNotOfALivingOne() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                txn.putExpiring(bytes("e"), bytes("1"), 1_000);
                commit(txn);
            }
            try (Txn txn = store.runner().begin()) {
                txn.insert(bytes("e"), bytes("2"));
                assertInstanceOf(CommitOutcome.AlreadyExists.class, txn.commit());
            }
            store.passMillis(1_100);
            try (Txn txn = store.runner().begin()) {
                txn.insert(bytes("e"), bytes("3"));
                commit(txn);
            }
            store.passMillis(10_000);
            assertEquals("3", text(store.runner().latest().get(bytes("e"))), "the new row does not expire");
        }
    }

    @Test
    default void aMarkUndoesWhatCameAfterItAndNothingBefore() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "kept", "stored");
            ConformanceRows.putCounter(store.runner(), "n", 5);
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("a"), bytes("1"));
                int outer = txn.mark();
                txn.put(bytes("a"), bytes("2"));
                txn.delete(bytes("kept"));
                int inner = txn.mark();
                txn.insert(bytes("b"), bytes("3"));
                txn.add(bytes("n"), List.of(CounterRecord.Delta.add(0, 1)));
                txn.check(bytes("c"));
                txn.rollbackTo(inner);
                assertNull(txn.get(bytes("b")));
                assertEquals("2", text(txn.get(bytes("a"))));
                assertNull(txn.get(bytes("kept")));
                txn.rollbackTo(outer);
                assertEquals("1", text(txn.get(bytes("a"))));
                assertEquals("stored", text(txn.get(bytes("kept"))));
                assertEquals(1, txn.size());
                put(store.runner(), "c", "a check that was rolled back does not hold the commit up");
                commit(txn);
            }
            assertEquals(5, ConformanceRows.slot(store.runner(), "n", 0));
            assertEquals("1", text(store.runner().latest().get(bytes("a"))));
            assertEquals("stored", text(store.runner().latest().get(bytes("kept"))));
        }
    }

    @Test
    default void rollingBackToTheStartLeavesAReadOnlyTransaction() {
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                assertTrue(txn.isReadOnly());
                assertEquals(0, txn.size());
                int start = txn.mark();
                txn.put(bytes("a"), bytes("1"));
                txn.check(bytes("b"));
                assertFalse(txn.isReadOnly());
                assertEquals(2, txn.size());
                txn.put(bytes("a"), bytes("2"));
                assertEquals(2, txn.size(), "size counts keys");
                txn.rollbackTo(start);
                assertTrue(txn.isReadOnly());
                assertEquals(0, txn.size());
            }
        }
    }

    @Test
    default void aReadOnlyTransactionCommitsAtItsReadVersion() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "1");
            try (Txn txn = store.runner().begin()) {
                txn.get(bytes("a"));
                put(store.runner(), "a", "2");
                assertEquals(txn.version(), commit(txn));
            }
        }
    }

    @Test
    default void aTransactionThatOnlyChecksStillChecks() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "1");
            try (Txn txn = store.runner().begin()) {
                txn.check(bytes("a"));
                assertFalse(txn.isReadOnly());
                put(store.runner(), "a", "2");
                assertConflict("a", txn.commit());
            }
        }
    }

    @Test
    default void keysAndValuesUpToTheirLimitsAreKeptAndLargerOnesRefused() {
        try (StoreUnderTest store = open()) {
            byte[] key = new byte[4 << 10];
            Arrays.fill(key, (byte) 7);
            byte[] value = new byte[1 << 20];
            Arrays.fill(value, (byte) 9);
            try (Txn txn = store.runner().begin()) {
                txn.put(key, value);
                txn.put(bytes("empty"), new byte[0]);
                commit(txn);
            }
            View view = store.runner().latest();
            assertTrue(Arrays.equals(value, view.get(key)));
            assertEquals(0, view.get(bytes("empty")).length);
            try (Txn txn = store.runner().begin()) {
                assertFails(FailureCode.INVALID_ARGUMENT, () -> txn.put(new byte[(4 << 10) + 1], bytes("v")));
                assertFails(FailureCode.INVALID_ARGUMENT, () -> txn.put(bytes("k"), new byte[(1 << 20) + 1]));
            }
        }
    }

    @Test
    default void manyKeysCommitTogether() {
        try (StoreUnderTest store = open()) {
            List<String> expected = new ArrayList<>();
            try (Txn txn = store.runner().begin()) {
                for (int i = 0; i < 3_000; i++) {
                    String key = "k%05d".formatted(i);
                    txn.insert(bytes(key), bytes("v" + i));
                    expected.add(key + "=v" + i);
                }
                assertEquals(3_000, txn.size());
                commit(txn);
            }
            assertEquals(expected, rows(store.runner().latest(), "k", "l", false));
        }
    }
}
