package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.base.codec.Bytes;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.PrefixRule;
import io.nokv.lsm.table.PruningTotals;
import io.nokv.lsm.vfs.MemVfs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What reads pass over holds nothing of what they ask for, and they do pass over it. */
class PruningTest {
    private static final EngineOptions.Levels LAZY = new EngineOptions.Levels(1000, 1000, 1000, 2, 16 << 10, 3, 1 << 20,
            4 << 10);

    private interface Story {
        void tell(Engine engine);
    }

    private static void with(EngineOptions options, Story story) {
        try (ThreadScheduler scheduler = new ThreadScheduler(1);
                Engine engine = Engine.open("db", options, TestWorld.ports(new MemVfs(), scheduler))) {
            story.tell(engine);
        }
    }

    private static PruningTotals pruning(Engine engine) {
        return engine.stats().reads().pruning();
    }

    private static void put(Engine engine, String... keys) {
        WriteBatch batch = new WriteBatch();
        for (String key : keys) {
            batch.put(Family.WRITE, b(key), b("of " + key));
        }
        engine.write(batch, Durability.BUFFERED);
    }

    private static List<String> list(Engine engine, String prefix) {
        List<String> found = new ArrayList<>();
        try (Cursor cursor = engine.prefixCursor(Family.WRITE, b(prefix), null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                found.add(Bytes.show(cursor.key()));
            }
        }
        return found;
    }

    @Test
    void aListingPassesOverTablesWithoutTheDirectory() {
        EngineOptions options = EngineOptions.tiny().withMemtableBytes(1 << 20).withLevels(LAZY)
                .withPrefix(Family.WRITE, new PrefixRule(3, 0, false));
        with(options, engine -> {
            put(engine, "d1/a", "d5/a", "d9/a");
            engine.flush();
            put(engine, "d1/b", "d9/b");
            engine.flush();
            put(engine, "d1/c", "d3/c", "d9/c");
            engine.flush();
            engine.get(Family.WRITE, b("d5/a"), null);
            EngineStats.Reads before = engine.stats().reads();
            assertEquals(List.of("d5/a"), list(engine, "d5/"));
            assertEquals(List.of(), list(engine, "d7/"));
            EngineStats.Reads after = engine.stats().reads();
            assertEquals(5, after.pruning().prefixRejections() - before.pruning().prefixRejections());
            assertEquals(1, after.pruning().prefixPasses() - before.pruning().prefixPasses());
            assertEquals(1, after.cacheHits() + after.cacheMisses() - before.cacheHits() - before.cacheMisses(),
                    "one block was looked into");
            assertEquals(List.of("d9/a", "d9/b", "d9/c"), list(engine, "d9/"));
            assertEquals(List.of("d1/a", "d1/b", "d1/c"), list(engine, "d1"), "too short to ask for");
        });
    }

    /** The tables of an earlier life were written by another rule, and are not asked. */
    @Test
    void rulesMayChange() {
        try (ThreadScheduler scheduler = new ThreadScheduler(1)) {
            MemVfs disk = new MemVfs();
            EngineOptions options = EngineOptions.tiny().withLevels(LAZY);
            PrefixRule[] rules = {PrefixRule.NONE, new PrefixRule(3, 0, false), new PrefixRule(2, 0, false),
                    new PrefixRule(3, 0, true)};
            for (int life = 0; life < rules.length; life++) {
                try (Engine engine = Engine.open("db", options.withPrefix(Family.WRITE, rules[life]),
                        TestWorld.ports(disk, scheduler))) {
                    assertEquals(life, list(engine, "d5/").size());
                    assertEquals(0, pruning(engine).prefixRejections());
                    put(engine, "d5/" + life, "d9/" + life);
                    engine.flush();
                }
            }
        }
    }

    /**
     * Keys in many tables and partitions, with deletions of ranges and ingested tables beside them: whatever is alive is found by
     * every kind of read, under rules drawn at random.
     */
    @Test
    void nothingAliveIsPassedOver() {
        TestWorld.seeded(getClass(), random -> {
            for (int round = 0; round < 12; round++) {
                KeyPrefixes prefixes = RandomOptions.prefixes(random);
                EngineOptions options = EngineOptions.tiny().withMemtableBytes(2_000 << random.nextInt(3))
                        .withTail(Family.WRITE, random.nextInt(3))
                        .withPrefix(Family.WRITE, prefixes.of(Family.WRITE));
                with(random.nextInt(2) == 0 ? options : options.withLevels(LAZY), engine -> readAll(engine, random));
            }
        });
    }

    private static void readAll(Engine engine, TestWorld.Seeded random) {
        TreeMap<byte[], byte[]> model = new TreeMap<>(Bytes.ORDER);
        TreeMap<byte[], byte[]> exported = new TreeMap<>(Bytes.ORDER);
        for (int i = 0; i < 600; i++) {
            byte[] key = key(random);
            byte[] to = key(random);
            if (random.nextInt(40) == 0 && Bytes.ORDER.compare(key, to) < 0) {
                engine.write(new WriteBatch().deleteRange(Family.WRITE, key, to), Durability.BUFFERED);
                model.subMap(key, to).clear();
            } else {
                byte[] value = b("value " + i);
                engine.write(new WriteBatch().put(Family.WRITE, key, value), Durability.BUFFERED);
                model.put(key, value);
            }
            switch (i) {
                case 250 -> {
                    engine.export("export", Set.of(Family.WRITE), Range.ALL, null);
                    exported.putAll(model);
                }
                case 450 -> {
                    engine.ingest("export", Ingest.COPIED);
                    model.putAll(exported);
                    check(engine, model);
                }
                case 500 -> engine.flush();
                default -> {
                }
            }
        }
        check(engine, model);
        engine.flush();
        check(engine, model);
        engine.verify();
        engine.compact(Family.WRITE, Range.ALL);
        check(engine, model);
    }

    private static void check(Engine engine, TreeMap<byte[], byte[]> model) {
        byte[][] keys = model.keySet().toArray(byte[][]::new);
        byte[][] values = engine.multiGet(Family.WRITE, keys, null);
        for (int i = 0; i < keys.length; i++) {
            byte[] expected = model.get(keys[i]);
            assertArrayEquals(expected, values[i]);
            assertArrayEquals(expected, engine.get(Family.WRITE, keys[i], null));
            byte[] first = engine.first(Family.WRITE, keys[i], null,
                    (_, array, offset, length) -> Arrays.copyOfRange(array, offset, offset + length));
            assertArrayEquals(expected, first);
            for (int length = 0; length <= keys[i].length; length += 2) {
                byte[] prefix = Arrays.copyOf(keys[i], length);
                Range range = Range.prefix(prefix);
                SortedMap<byte[], byte[]> expectedRows = range.to() == null
                        ? model.tailMap(prefix)
                        : model.subMap(prefix, range.to());
                assertEquals(expectedRows.size(), rows(engine, prefix), () -> Bytes.show(prefix));
            }
        }
    }

    private static int rows(Engine engine, byte[] prefix) {
        int rows = 0;
        try (Cursor cursor = engine.prefixCursor(Family.WRITE, prefix, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                rows++;
            }
        }
        return rows;
    }

    private static byte[] key(TestWorld.Seeded random) {
        int n = random.nextInt(120);
        return switch (n % 4) {
            case 0 -> b(String.format("d%03d/%d", n, random.nextInt(4)));
            case 1 -> new byte[]{1, (byte) n, 2, (byte) (n >> 3), 7, (byte) random.nextInt(3)};
            case 2 -> new byte[]{'f', 0, (byte) 0xFF, (byte) n, 0, (byte) 0xFF, (byte) random.nextInt(3), 0, 1};
            default -> new byte[]{(byte) 0xFF, (byte) 0xFF, (byte) n};
        };
    }
}
