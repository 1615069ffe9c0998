package io.nokv.kv;

import static io.nokv.kv.World.get;
import static io.nokv.kv.World.key;
import static io.nokv.kv.World.put;
import static io.nokv.kv.World.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.client.RowScan;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.gc.SafePoint;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.percolator.Prewrite;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GarbageCollectionTest {
    private static final long RETENTION_MILLIS = 1_000;

    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final World world = new World(seed, KvOptions.defaults().withRetentionMillis(RETENTION_MILLIS),
            EngineOptions.defaults().withMemtableBytes(1 << 16), null);

    private int count(Family family) {
        int count = 0;
        try (Cursor cursor = world.kv.engine().cursor(family, Range.ALL, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                count++;
            }
        }
        return count;
    }

    private void collect() {
        world.pass(RETENTION_MILLIS + 1);
        world.kv.collectGarbage();
    }

    @Test
    void aHotCounterLeavesOneVersion() {
        world.commit(new Mutation.Put(key("n"), TestCounters.counter(0), 0));
        for (int i = 0; i < 500; i++) {
            world.commit(TestCounters.add("n", 1));
        }
        assertEquals(501, count(Family.WRITE));
        collect();
        assertEquals(1, count(Family.WRITE));
        assertEquals(500, TestCounters.value(world.latest(), "n"));
        world.commit(TestCounters.add("n", 1));
        assertEquals(501, TestCounters.value(world.latest(), "n"));
        world.close();
    }

    @Test
    void deletedRowsAndTheirLongValuesLeaveNothing() {
        String text = "x".repeat(3_000);
        world.commit(put("a", text), put("b", text), put("c", "1"));
        world.commit(put("a", text + "2"), new Mutation.Delete(key("b")), new Mutation.Delete(key("c")));
        world.commit(new Mutation.Put(key("e"), key("2"), 500));
        assertEquals(3, count(Family.DEFAULT));
        world.pass(500);
        collect();
        assertEquals(1, count(Family.WRITE));
        assertEquals(1, count(Family.DEFAULT));
        assertEquals(List.of("a=" + text + "2"), rows(world.latest(), false));
        world.close();
    }

    @Test
    void whatARetentionNeedsIsThereUntilItEnds() {
        world.commit(put("a", "1"), put("b", "1"));
        Timestamp kept = world.kv.readVersion();
        SafePoint.Hold hold = world.kv.hold(kept, "a snapshot");
        world.commit(put("a", "2"), new Mutation.Delete(key("b")));
        collect();
        world.commit(put("a", "3"));
        collect();
        assertEquals(List.of("a=1", "b=1"), rows(world.kv.readerAt(kept), false));
        assertEquals("a snapshot", world.kv.holds().getFirst().holder());
        hold.close();
        collect();
        assertEquals(FailureCode.VERSION_TOO_OLD,
                assertThrows(NokvException.class, () -> world.kv.readerAt(kept)).code());
        assertEquals(1, count(Family.WRITE));
        world.close();
    }

    @Test
    void aReaderThatTheSafePointPassesIsRefusedNotAnswered() {
        world.commit(put("a", "1"));
        SnapshotReader reader = world.latest();
        world.commit(put("a", "2"));
        collect();
        assertEquals(FailureCode.VERSION_TOO_OLD,
                assertThrows(NokvException.class, () -> reader.get(key("a"))).code());
        assertThrows(NokvException.class, () -> reader.scan(key("a"), null, true));
        assertThrows(NokvException.class, () -> reader.multiGet(List.of(key("a"))));
        world.close();
    }

    @Test
    void aScanThatLosesALongValueToTheSafePointSaysSo() {
        world.commit(put("a", "x".repeat(3_000)), put("b", "y".repeat(3_000)));
        try (RowScan scan = world.latest().scan(key("a"), null, false)) {
            assertTrue(scan.next());
            world.commit(put("a", "2"), put("b", "2"));
            collect();
            assertEquals(FailureCode.VERSION_TOO_OLD, assertThrows(NokvException.class, scan::value).code());
        }
        world.close();
    }

    @Test
    void aLockHoldsTheSafePointBack() {
        Timestamp startTs = world.kv.oracle().next();
        world.kv.store().prewrite(world.region("a"),
                new Prewrite.Request(key("a"), startTs, startTs, 3_000, List.of(put("a", "1"))));
        collect();
        assertTrue(world.kv.safePoint().value() <= startTs.value());
        world.pass(10_000);
        world.get("a");
        collect();
        assertTrue(world.kv.safePoint().isAfter(startTs));
        world.close();
    }

    @Test
    void theSafePointSurvivesWithWhatItAllowedToDrop() {
        world.commit(put("a", "1"));
        Timestamp old = world.kv.readVersion();
        world.commit(put("a", "2"));
        collect();
        Timestamp before = world.kv.safePoint();
        world.losePower();
        assertEquals(before, world.kv.safePoint());
        assertThrows(NokvException.class, () -> world.kv.readerAt(old));
        assertEquals("2", world.get("a"));
        world.close();
    }

    @Test
    void noReadAtOrAboveTheSafePointEverChanges() {
        Random random = new Random(seed);
        Map<Timestamp, List<String>> history = new LinkedHashMap<>();
        List<SafePoint.Hold> holds = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String key = "k" + random.nextInt(12);
            Mutation mutation = switch (random.nextInt(5)) {
                case 0 -> new Mutation.Delete(key(key));
                case 1 -> put(key, i + "y".repeat(2_000));
                case 2 -> new Mutation.Put(key(key), key("t" + i), 1 + random.nextInt(2_000));
                default -> put(key, Integer.toString(i));
            };
            world.commit(mutation);
            world.pass(random.nextInt(20));
            if (random.nextInt(8) == 0) {
                SnapshotReader reader = world.latest();
                history.put(reader.at(), rows(reader, false));
                if (random.nextInt(4) == 0) {
                    holds.add(world.kv.hold(reader.at(), "hold " + i));
                }
            }
            if (random.nextInt(40) == 0) {
                if (!holds.isEmpty() && random.nextBoolean()) {
                    holds.removeFirst().close();
                }
                world.kv.collectGarbage();
                Timestamp safePoint = world.kv.safePoint();
                history.keySet().removeIf(at -> at.isBefore(safePoint));
            }
            if (random.nextInt(50) == 0 && !history.isEmpty()) {
                history.forEach((at, expected) -> {
                    assertEquals(expected, rows(world.kv.readerAt(at), false), "at " + at + ", -Dnokv.seed=" + seed);
                    assertEquals(expected.reversed(), rows(world.kv.readerAt(at), true),
                            "at " + at + ", -Dnokv.seed=" + seed);
                    for (int k = 0; k < 12; k++) {
                        String name = "k" + k;
                        assertEquals(expected.stream().filter(row -> row.startsWith(name + "="))
                                .map(row -> row.substring(name.length() + 1)).findFirst().orElse(null),
                                get(world.kv.readerAt(at), name), "-Dnokv.seed=" + seed);
                    }
                });
            }
        }
        world.close();
    }
}
