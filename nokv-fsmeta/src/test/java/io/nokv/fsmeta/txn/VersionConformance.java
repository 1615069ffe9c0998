package io.nokv.fsmeta.txn;

import static io.nokv.fsmeta.txn.ConformanceRows.assertFails;
import static io.nokv.fsmeta.txn.ConformanceRows.bytes;
import static io.nokv.fsmeta.txn.ConformanceRows.commit;
import static io.nokv.fsmeta.txn.ConformanceRows.put;
import static io.nokv.fsmeta.txn.ConformanceRows.rows;
import static io.nokv.fsmeta.txn.ConformanceRows.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Versions: snapshots, order, retention, observers, life and death of the store. */
public interface VersionConformance {
    StoreUnderTest open();

    @Test
    default void commitVersionsGrowAndAreVisibleAtOnce() {
        try (StoreUnderTest store = open()) {
            long last = 0;
            for (int i = 0; i < 200; i++) {
                long version = put(store.runner(), "a", Integer.toString(i));
                assertTrue(version > last, version + " after " + last);
                assertTrue(store.runner().readVersion() >= version);
                assertEquals(Integer.toString(i), text(store.runner().latest().get(bytes("a"))));
                last = version;
            }
        }
    }

    @Test
    default void aCommitIsNewerThanEveryReadVersionHandedOutBefore() {
        try (StoreUnderTest store = open()) {
            for (int i = 0; i < 50; i++) {
                View before = store.runner().latest();
                assertTrue(put(store.runner(), "k" + i, "v") > before.version());
                assertNull(before.get(bytes("k" + i)));
            }
        }
    }

    @Test
    default void versionsCarryTheWallClock() {
        try (StoreUnderTest store = open()) {
            long first = put(store.runner(), "a", "1");
            store.passMillis(60_000);
            long second = put(store.runner(), "a", "2");
            long passed = (second >>> TxnRunner.LOGICAL_BITS) - (first >>> TxnRunner.LOGICAL_BITS);
            assertTrue(passed >= 60_000 && passed < 70_000, "versions are " + passed + " ms apart");
            long idle = store.runner().readVersion();
            store.passMillis(60_000);
            assertTrue((store.runner().readVersion() >>> TxnRunner.LOGICAL_BITS)
                    - (idle >>> TxnRunner.LOGICAL_BITS) >= 50_000, "an idle store's read version moves with the clock");
        }
    }

    @Test
    default void aViewGivesTheSameAnswersForEver() {
        try (StoreUnderTest store = open()) {
            List<Long> versions = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                versions.add(put(store.runner(), "a", "value " + i));
                put(store.runner(), "row" + i, "x");
            }
            for (int i = 0; i < 20; i++) {
                View view = store.runner().viewAt(versions.get(i));
                assertEquals("value " + i, text(view.get(bytes("a"))));
                assertEquals(versions.get(i), view.versionOf(bytes("a")));
                assertEquals(i, rows(view, "row", "rox", false).size());
                assertEquals(i, rows(view, "row", "rox", true).size());
            }
        }
    }

    @Test
    default void aTransactionReadsOneVersionWhateverOthersDo() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "1");
            put(store.runner(), "b", "1");
            try (Txn txn = store.runner().begin()) {
                assertEquals("1", text(txn.get(bytes("a"))));
                try (Txn other = store.runner().begin()) {
                    other.put(bytes("a"), bytes("2"));
                    other.put(bytes("b"), bytes("2"));
                    other.put(bytes("c"), bytes("2"));
                    commit(other);
                }
                assertEquals(List.of("a=1", "b=1"), rows(txn, "a", null, false));
                assertEquals("1", text(txn.get(bytes("b"))));
            }
        }
    }

    @Test
    default void aScanOpenedBeforeACommitDoesNotSeeIt() {
        try (StoreUnderTest store = open()) {
            for (int i = 10; i < 60; i++) {
                put(store.runner(), "k" + i, "old");
            }
            try (View.Rows scan = store.runner().latest().scan(bytes("k"), null, false)) {
                assertTrue(scan.next());
                try (Txn txn = store.runner().begin()) {
                    for (int i = 10; i < 60; i++) {
                        txn.put(bytes("k" + i), bytes("new"));
                        txn.put(bytes("k" + i + "x"), bytes("new"));
                    }
                    commit(txn);
                }
                int seen = 1;
                assertEquals("old", text(scan.value()));
                while (scan.next()) {
                    assertEquals("old", text(scan.value()));
                    seen++;
                }
                assertEquals(50, seen);
            }
        }
    }

    @Test
    default void versionsAheadOfTheClockAreRefused() {
        try (StoreUnderTest store = open()) {
            long now = store.runner().readVersion();
            assertFails(FailureCode.INVALID_ARGUMENT,
                    () -> store.runner().viewAt(now + (1_000_000L << TxnRunner.LOGICAL_BITS)));
        }
    }

    @Test
    default void collectedVersionsAreRefusedAndRetainedOnesKept() {
        try (StoreUnderTest store = open()) {
            long early = put(store.runner(), "a", "1");
            put(store.runner(), "b", "1");
            long kept = put(store.runner(), "a", "2");
            TxnRunner.Retention retention = store.runner().retain(kept, "a test");
            put(store.runner(), "a", "3");
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("b"));
                commit(txn);
            }
            store.collect();
            assertTrue(store.runner().safePoint() > early, "the safe point moved");
            assertTrue(store.runner().safePoint() <= kept, "not past what is retained");
            assertFails(FailureCode.VERSION_TOO_OLD, () -> store.runner().viewAt(early));
            assertEquals(List.of("a=2", "b=1"), rows(store.runner().viewAt(kept), "a", null, false));
            retention.close();
            store.collect();
            assertFails(FailureCode.VERSION_TOO_OLD, () -> store.runner().viewAt(kept));
            assertEquals(List.of("a=3"), rows(store.runner().latest(), "a", null, false));
            assertFails(FailureCode.VERSION_TOO_OLD, () -> store.runner().retain(kept, "too late").close());
        }
    }

    @Test
    default void twoRetentionsOfOneVersionAreIndependent() {
        try (StoreUnderTest store = open()) {
            long version = put(store.runner(), "a", "1");
            TxnRunner.Retention first = store.runner().retain(version, "first");
            TxnRunner.Retention second = store.runner().retain(version, "second");
            put(store.runner(), "a", "2");
            first.close();
            first.close();
            store.collect();
            assertEquals("1", text(store.runner().viewAt(version).get(bytes("a"))));
            second.close();
        }
    }

    @Test
    default void aKeptVersionStaysUntilItIsLetGo() {
        try (StoreUnderTest store = open()) {
            long version = put(store.runner(), "a", "1");
            store.runner().keep(version, "a promise");
            store.runner().keep(version, "a promise");
            store.runner().retain(version, "a promise").close();
            store.runner().letGo(version, "another's");
            put(store.runner(), "a", "2");
            store.collect();
            assertEquals("1", text(store.runner().viewAt(version).get(bytes("a"))));
            store.runner().letGo(version, "a promise");
            store.runner().letGo(version, "a promise");
            store.collect();
            assertFails(FailureCode.VERSION_TOO_OLD, () -> store.runner().viewAt(version));
            assertFails(FailureCode.VERSION_TOO_OLD, () -> store.runner().keep(version, "too late"));
        }
    }

    @Test
    default void observersHearOfAnnotatedCommitsOnlyInVersionOrder() throws Exception {
        int threads = 6;
        int rounds = 40;
        try (StoreUnderTest store = open()) {
            ConformanceRows.putCounter(store.runner(), "n", 0);
            List<Long> versions = Collections.synchronizedList(new ArrayList<>());
            List<String> annotations = Collections.synchronizedList(new ArrayList<>());
            AtomicBoolean inside = new AtomicBoolean();
            AtomicBoolean overlapped = new AtomicBoolean();
            CountDownLatch all = new CountDownLatch(threads * rounds);
            store.runner().observe((version, annotation) -> {
                overlapped.compareAndSet(false, !inside.compareAndSet(false, true));
                versions.add(version);
                annotations.add(text(annotation));
                inside.set(false);
                all.countDown();
            });
            List<String> committed = Collections.synchronizedList(new ArrayList<>());
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> running = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int thread = t;
                    running.add(pool.submit(() -> {
                        for (int r = 0; r < rounds; r++) {
                            try (Txn txn = store.runner().begin()) {
                                txn.add(bytes("n"), List.of(CounterRecord.Delta.add(0, 1)));
                                txn.annotate(bytes("replaced"));
                                txn.annotate(bytes(thread + "/" + r));
                                committed.add(commit(txn) + ":" + thread + "/" + r);
                            }
                            put(store.runner(), "silent" + thread, "x");
                        }
                    }));
                }
                for (Future<?> future : running) {
                    future.get();
                }
            }
            assertTrue(all.await(30, TimeUnit.SECONDS), all.getCount() + " commits were never announced");
            assertEquals(threads * rounds, versions.size());
            List<String> heard = new ArrayList<>();
            for (int i = 0; i < versions.size(); i++) {
                assertTrue(i == 0 || versions.get(i) > versions.get(i - 1), "versions in order");
                heard.add(versions.get(i) + ":" + annotations.get(i));
            }
            Collections.sort(heard);
            Collections.sort(committed);
            assertEquals(committed, heard);
            assertTrue(!overlapped.get(), "one flow at a time");
        }
    }

    @Test
    default void refusedCommitsAreNotAnnounced() throws Exception {
        try (StoreUnderTest store = open()) {
            List<String> heard = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch last = new CountDownLatch(1);
            store.runner().observe((_, annotation) -> {
                heard.add(text(annotation));
                if (text(annotation).equals("last")) {
                    last.countDown();
                }
            });
            put(store.runner(), "a", "1");
            try (Txn txn = store.runner().begin()) {
                txn.insert(bytes("a"), bytes("2"));
                txn.annotate(bytes("refused"));
                assertInstanceOf(CommitOutcome.AlreadyExists.class, txn.commit());
            }
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("b"), bytes("2"));
                txn.annotate(bytes("dropped"));
            }
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("c"), bytes("3"));
                txn.annotate(bytes("last"));
                commit(txn);
            }
            assertTrue(last.await(30, TimeUnit.SECONDS));
            assertEquals(List.of("last"), heard);
        }
    }

    @Test
    default void sumsStayConstantUnderConcurrentTransfers() throws Exception {
        int accounts = 10;
        try (StoreUnderTest store = open()) {
            try (Txn txn = store.runner().begin()) {
                for (int i = 0; i < accounts; i++) {
                    txn.put(bytes("account" + i), bytes("100"));
                }
                commit(txn);
            }
            AtomicBoolean stop = new AtomicBoolean();
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> movers = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    int thread = t;
                    movers.add(pool.submit(() -> {
                        for (int r = 0; r < 60; r++) {
                            byte[] from = bytes("account" + (thread + r) % accounts);
                            byte[] to = bytes("account" + (thread * 3 + r * 7 + 1) % accounts);
                            try (Txn txn = store.runner().begin()) {
                                txn.put(from, bytes(Integer.toString(Integer.parseInt(text(txn.get(from))) - 1)));
                                txn.put(to, bytes(Integer.toString(Integer.parseInt(text(txn.get(to))) + 1)));
                                txn.commit();
                            }
                        }
                    }));
                }
                Future<?> reader = pool.submit(() -> {
                    do {
                        int sum = 0;
                        for (String row : rows(store.runner().latest(), "account", "accounu", false)) {
                            sum += Integer.parseInt(row.substring(row.indexOf('=') + 1));
                        }
                        assertEquals(accounts * 100, sum);
                    } while (!stop.get());
                });
                for (Future<?> mover : movers) {
                    mover.get();
                }
                stop.set(true);
                reader.get();
            }
        }
    }

    @Test
    default void aClosedStoreRefuses() {
        StoreUnderTest store = open();
        TxnRunner runner = store.runner();
        store.close();
        assertFails(FailureCode.CLOSED, () -> runner.begin().put(bytes("a"), bytes("1")));
    }
}
