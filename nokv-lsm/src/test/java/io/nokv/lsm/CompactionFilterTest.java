package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.vfs.MemVfs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the hook of {@link CompactionFilter} sees, and what becomes of what it drops. */
class CompactionFilterTest {
    private final List<String> seen = new ArrayList<>();

    /** Drops every value that begins with 'x'. */
    private final CompactionFilter dropX = (family, bottommost) -> {
        seen.add("begin " + family + (bottommost ? " bottommost" : ""));
        return (key, value) -> {
            seen.add(Bytes.show(key) + "=" + Bytes.show(value));
            return value.length == 0 || value[0] != 'x';
        };
    };

    private Engine open(MemVfs vfs) {
        return Engine.open("db", EngineOptions.tiny().withMemtableBytes(1 << 20).withCompactionFilter(dropX),
                TestWorld.ports(vfs, new StepScheduler(new TestWorld.Seeded(7))));
    }

    private static void put(Engine engine, String key, String value) {
        engine.write(new WriteBatch().put(Family.WRITE, b(key), b(value)), Durability.BUFFERED);
    }

    private static String get(Engine engine, String key, Snapshot snapshot) {
        byte[] value = engine.get(Family.WRITE, b(key), snapshot);
        return value == null ? null : new String(value);
    }

    @Test
    void dropsForGood() {
        try (Engine engine = open(new MemVfs())) {
            put(engine, "a", "x1");
            put(engine, "b", "keep");
            put(engine, "c", "x2");
            engine.write(new WriteBatch().put(Family.LOCK, b("l"), b("x")), Durability.BUFFERED);
            engine.compact(Family.WRITE, Range.ALL);
            assertNull(get(engine, "a", null));
            assertEquals("keep", get(engine, "b", null));
            assertNull(get(engine, "c", null));
            assertTrue(seen.contains("begin WRITE bottommost"), seen::toString);
            assertTrue(seen.indexOf("a=x1") < seen.indexOf("b=keep"), "in key order: " + seen);
            assertEquals(1, engine.stats().levels().stream().mapToLong(EngineStats.Level::entries).sum(),
                    "only b is left, no tombstones");
        }
    }

    @Test
    void seesOnlyTheNewestOfAKeyAndNothingOlderComesBack() {
        try (Engine engine = open(new MemVfs())) {
            put(engine, "a", "old");
            engine.compact(Family.WRITE, Range.ALL);
            seen.clear();
            put(engine, "a", "newer");
            put(engine, "a", "x");
            engine.compact(Family.WRITE, Range.ALL);
            assertTrue(seen.contains("a=x"), seen::toString);
            assertTrue(!seen.contains("a=newer"), seen::toString);
            assertNull(get(engine, "a", null));
        }
    }

    @Test
    void leavesAloneWhatASnapshotNeeds() {
        try (Engine engine = open(new MemVfs())) {
            put(engine, "a", "x");
            try (Snapshot snapshot = engine.snapshot()) {
                engine.compact(Family.WRITE, Range.ALL);
                assertTrue(!seen.contains("a=x"), seen::toString);
                assertEquals("x", get(engine, "a", snapshot));
                put(engine, "a", "x2");
                engine.compact(Family.WRITE, Range.ALL);
                assertEquals("x", get(engine, "a", snapshot));
                assertNull(get(engine, "a", null), "the newer one was dropped");
            }
            engine.compact(Family.WRITE, Range.ALL);
            assertNull(get(engine, "a", null));
        }
    }

    @Test
    void aTombstoneStaysWhileSomethingOlderLiesBelow() {
        MemVfs vfs = new MemVfs();
        try (Engine engine = open(vfs)) {
            for (int i = 0; i < 200; i++) {
                put(engine, "k" + i, "value of some length, so that there are several tables " + i);
            }
            engine.compact(Family.WRITE, Range.ALL);
            try (Snapshot snapshot = engine.snapshot()) {
                engine.write(new WriteBatch().delete(Family.WRITE, b("k42")), Durability.BUFFERED);
                engine.flush();
                engine.compact(Family.WRITE, new Range(b("k41"), b("k43")));
                assertNotNull(get(engine, "k42", snapshot));
                assertNull(get(engine, "k42", null));
            }
        }
        try (Engine engine = open(vfs)) {
            assertNull(get(engine, "k42", null));
            assertArrayEquals(b("value of some length, so that there are several tables 41"),
                    engine.get(Family.WRITE, b("k41"), null));
            engine.compact(Family.WRITE, Range.ALL);
            assertEquals(199, engine.stats().levels().stream().mapToLong(EngineStats.Level::entries).sum());
        }
    }
}
