package io.nokv.fsmeta.txn;

import static io.nokv.fsmeta.txn.ConformanceRows.bytes;
import static io.nokv.fsmeta.txn.ConformanceRows.commit;
import static io.nokv.fsmeta.txn.ConformanceRows.put;
import static io.nokv.fsmeta.txn.ConformanceRows.rows;
import static io.nokv.fsmeta.txn.ConformanceRows.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.CounterRecord;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads: of stored rows, of own writes, merged. */
public interface ReadConformance {
    StoreUnderTest open();

    @Test
    default void aMissingKeyIsNullEverywhere() {
        try (StoreUnderTest store = open()) {
            View view = store.runner().latest();
            assertNull(view.get(bytes("a")));
            assertEquals(0, view.versionOf(bytes("a")));
            assertNull(view.multiGet(List.of(bytes("a"))).get(0));
            assertEquals(List.of(), rows(view, "a", null, false));
            assertEquals(List.of(), rows(view, "a", "z", true));
        }
    }

    @Test
    default void aCommittedRowIsReadWithItsVersion() {
        try (StoreUnderTest store = open()) {
            long version = put(store.runner(), "a", "1");
            View view = store.runner().latest();
            assertEquals("1", text(view.get(bytes("a"))));
            assertEquals(version, view.versionOf(bytes("a")));
            assertTrue(view.version() >= version);
            try (View.Rows scan = view.scan(bytes("a"), null, false)) {
                assertTrue(scan.next());
                assertEquals(version, scan.version());
                assertFalse(scan.next());
                assertFalse(scan.next(), "the end stays the end");
            }
        }
    }

    @Test
    default void multiGetAnswersInTheOrderAskedAlsoForRepeatedAndMissingKeys() {
        try (StoreUnderTest store = open()) {
            for (String key : List.of("a", "b", "c", "d")) {
                put(store.runner(), key, "value of " + key);
            }
            List<byte[]> values = store.runner().latest()
                    .multiGet(List.of(bytes("d"), bytes("a"), bytes("x"), bytes("c"), bytes("a"), bytes("aa")));
            assertEquals(Arrays.asList("value of d", "value of a", null, "value of c", "value of a", null),
                    values.stream().map(ConformanceRows::text).toList());
            assertEquals(List.of(), store.runner().latest().multiGet(List.of()));
        }
    }

    @Test
    default void scansTakeTheLowerBoundAndLeaveTheUpperInBothDirections() {
        try (StoreUnderTest store = open()) {
            for (String key : List.of("a", "b", "ba", "c", "d")) {
                put(store.runner(), key, key);
            }
            View view = store.runner().latest();
            assertEquals(List.of("a=a", "b=b", "ba=ba", "c=c", "d=d"), rows(view, "a", null, false));
            assertEquals(List.of("d=d", "c=c", "ba=ba", "b=b", "a=a"), rows(view, "a", null, true));
            assertEquals(List.of("b=b", "ba=ba"), rows(view, "b", "c", false));
            assertEquals(List.of("ba=ba", "b=b"), rows(view, "b", "c", true));
            assertEquals(List.of(), rows(view, "b", "b", false));
            assertEquals(List.of(), rows(view, "e", null, true));
            assertEquals(List.of("a=a"), rows(view, "", "b", true), "an empty lower bound is the start of everything");
        }
    }

    @Test
    default void keysAreOrderedAsUnsignedBytes() {
        try (StoreUnderTest store = open()) {
            byte[][] keys = {{1}, {1, 0}, {1, 0, 0}, {1, 1}, {0x7F}, {(byte) 0x80}, {(byte) 0xFF}, {(byte) 0xFF, 0},
                    {(byte) 0xFF, (byte) 0xFF}};
            try (Txn txn = store.runner().begin()) {
                for (int i = keys.length - 1; i >= 0; i--) {
                    txn.put(keys[i], new byte[]{(byte) i});
                }
                commit(txn);
            }
            try (View.Rows scan = store.runner().latest().scan(new byte[0], null, false)) {
                for (int i = 0; i < keys.length; i++) {
                    assertTrue(scan.next());
                    assertEquals(i, scan.value()[0]);
                    assertTrue(Arrays.equals(keys[i], scan.key()), "key " + i);
                }
                assertFalse(scan.next());
            }
            try (View.Rows scan = store.runner().latest().scan(keys[2], keys[7], true)) {
                for (int i = 6; i >= 2; i--) {
                    assertTrue(scan.next());
                    assertEquals(i, scan.value()[0]);
                }
                assertFalse(scan.next());
            }
        }
    }

    @Test
    default void deletedRowsAreGoneForLaterReadersOnly() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "1");
            put(store.runner(), "b", "2");
            View before = store.runner().latest();
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("a"));
                commit(txn);
            }
            View after = store.runner().latest();
            assertEquals("1", text(before.get(bytes("a"))));
            assertEquals(List.of("a=1", "b=2"), rows(before, "a", null, false));
            assertNull(after.get(bytes("a")));
            assertEquals(0, after.versionOf(bytes("a")));
            assertEquals(List.of("b=2"), rows(after, "a", null, false));
            assertEquals(List.of("b=2"), rows(after, "a", null, true));
        }
    }

    @Test
    default void aTransactionReadsItsOwnWritesInEveryRead() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "b", "old b");
            put(store.runner(), "d", "old d");
            put(store.runner(), "f", "old f");
            try (Txn txn = store.runner().begin()) {
                txn.insert(bytes("a"), bytes("new a"));
                txn.delete(bytes("b"));
                txn.put(bytes("c"), bytes("new c"));
                txn.put(bytes("d"), bytes("new d"));
                txn.insert(bytes("g"), bytes("new g"));
                assertEquals("new a", text(txn.get(bytes("a"))));
                assertNull(txn.get(bytes("b")));
                assertEquals(0, txn.versionOf(bytes("d")));
                assertTrue(txn.versionOf(bytes("f")) > 0);
                assertEquals(Arrays.asList("new d", null, "old f"),
                        txn.multiGet(List.of(bytes("d"), bytes("b"), bytes("f")))
                                .stream().map(ConformanceRows::text).toList());
                assertEquals(List.of("a=new a", "c=new c", "d=new d", "f=old f", "g=new g"),
                        rows(txn, "a", null, false));
                assertEquals(List.of("g=new g", "f=old f", "d=new d", "c=new c", "a=new a"),
                        rows(txn, "a", null, true));
                assertEquals(List.of("c=new c", "d=new d"), rows(txn, "b", "e", false));
                assertEquals(List.of("d=new d", "c=new c"), rows(txn, "b", "e", true));
                try (View.Rows scan = txn.scan(bytes("d"), bytes("g"), false)) {
                    assertTrue(scan.next());
                    assertEquals(0, scan.version(), "an own row has no version yet");
                    assertTrue(scan.next());
                    assertTrue(scan.version() > 0);
                }
                assertEquals("old b", text(store.runner().latest().get(bytes("b"))), "nobody else sees them");
            }
        }
    }

    @Test
    default void theLastWriteOfAKeyIsTheOneSeen() {
        try (StoreUnderTest store = open()) {
            put(store.runner(), "a", "1");
            try (Txn txn = store.runner().begin()) {
                txn.delete(bytes("a"));
                txn.insert(bytes("a"), bytes("2"));
                assertEquals("2", text(txn.get(bytes("a"))));
                txn.put(bytes("a"), bytes("3"));
                txn.put(bytes("b"), bytes("4"));
                txn.delete(bytes("b"));
                assertNull(txn.get(bytes("b")));
                commit(txn);
            }
            assertEquals(List.of("a=3"), rows(store.runner().latest(), "a", null, false));
        }
    }

    @Test
    default void readsShowStoredCountersWithTheDeltasOfTheTransaction() {
        try (StoreUnderTest store = open()) {
            CounterRecord record = new CounterRecord(bytes("h"), 10, 20, 30);
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("c"), record.encode());
                commit(txn);
            }
            try (Txn txn = store.runner().begin()) {
                txn.add(bytes("c"), List.of(CounterRecord.Delta.add(0, 5), CounterRecord.Delta.max(1, 7)));
                txn.add(bytes("c"), List.of(CounterRecord.Delta.set(2, 1), CounterRecord.Delta.add(2, 1)));
                CounterRecord expected = new CounterRecord(bytes("h"), 15, 20, 2);
                assertEquals(expected, CounterRecord.decode(txn.get(bytes("c"))));
                assertEquals(expected, CounterRecord.decode(txn.multiGet(List.of(bytes("c"))).get(0)));
                try (View.Rows scan = txn.scan(bytes("c"), null, true)) {
                    assertTrue(scan.next());
                    assertEquals(expected, CounterRecord.decode(scan.value()));
                    assertEquals(0, scan.version());
                }
                assertEquals(0, txn.versionOf(bytes("c")));
                txn.put(bytes("c"), new CounterRecord(bytes("h"), 1, 1, 1).encode());
                assertEquals(1, CounterRecord.decode(txn.get(bytes("c"))).slot(0), "a put replaces record and deltas");
            }
        }
    }

    @Test
    default void versionedReadsAnswerValueAndVersionTogether() {
        try (StoreUnderTest store = open()) {
            long a = put(store.runner(), "a", "1");
            long b = put(store.runner(), "b", "2");
            ConformanceRows.putCounter(store.runner(), "n", 1);
            List<byte[]> keys = List.of(bytes("b"), bytes("x"), bytes("a"), bytes("b"));
            View view = store.runner().latest();
            assertEquals(Arrays.asList("2@" + b, null, "1@" + a, "2@" + b), versioned(view.multiGetVersioned(keys)));
            assertEquals("1", text(view.getVersioned(bytes("a")).value()));
            assertEquals(a, view.getVersioned(bytes("a")).version());
            assertNull(view.getVersioned(bytes("x")));
            try (Txn txn = store.runner().begin()) {
                txn.put(bytes("x"), bytes("own"));
                txn.delete(bytes("a"));
                txn.check(bytes("b"));
                txn.add(bytes("n"), List.of(CounterRecord.Delta.add(0, 1)));
                assertEquals(Arrays.asList("2@" + b, "own@0", null, "2@" + b), versioned(txn.multiGetVersioned(keys)));
                assertEquals("own", text(txn.getVersioned(bytes("x")).value()));
                assertNull(txn.getVersioned(bytes("a")));
                assertEquals(b, txn.getVersioned(bytes("b")).version(), "a check is no write");
                assertEquals(2, CounterRecord.decode(txn.getVersioned(bytes("n")).value()).slot(0));
                assertEquals(0, txn.getVersioned(bytes("n")).version());
                assertEquals(b, txn.versionOf(bytes("b")));
            }
        }
    }

    private static List<String> versioned(List<View.Versioned> rows) {
        return rows.stream().map(r -> r == null ? null : text(r.value()) + "@" + r.version()).toList();
    }

    @Test
    default void returnedArraysBelongToTheReaderAndGivenArraysToTheWriter() {
        try (StoreUnderTest store = open()) {
            byte[] key = bytes("k");
            byte[] value = bytes("value");
            try (Txn txn = store.runner().begin()) {
                txn.put(key, value);
                commit(txn);
            }
            View view = store.runner().latest();
            byte[] read = view.get(bytes("k"));
            read[0] = 'X';
            assertEquals("value", text(view.get(bytes("k"))));
            assertEquals("value", text(store.runner().latest().get(bytes("k"))));
        }
    }
}
