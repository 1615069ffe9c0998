package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.transfer.Export;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine against one {@link TreeMap} per family: random writes, reads, scans, snapshots, flushes, compactions and
 * reopenings, with everything so small that a few thousand operations reach several levels.
 */
class EngineModelTest {
    @TempDir
    Path directory;

    @Test
    void inMemory() {
        for (int run = 0; run < 2; run++) {
            TestWorld.seeded(getClass(), random -> new Run(new MemVfs(), random).go(3_000));
        }
    }

    @Test
    void onDisk() {
        TestWorld.seeded(getClass(), random -> new Run(new RealVfs(directory), random).go(1_200));
    }

    private static final class Run {
        private record Held(Snapshot snapshot, EnumMap<Family, TreeMap<byte[], byte[]>> state) {}

        private final Vfs vfs;
        private final TestWorld.Seeded random;
        private final EngineOptions options;
        private final EnumMap<Family, TreeMap<byte[], byte[]>> model = new EnumMap<>(Family.class);
        private final List<Held> held = new ArrayList<>();
        private final List<EnumMap<Family, TreeMap<byte[], byte[]>>> exports = new ArrayList<>();
        private final List<Range> exportedRanges = new ArrayList<>();
        private final EnumMap<Family, Integer> tailBytes = new EnumMap<>(Family.class);
        private EngineOptions opened;
        private final int keySpace;
        private Engine engine;

        Run(Vfs vfs, TestWorld.Seeded random) {
            this.vfs = vfs;
            this.random = random;
            this.keySpace = 20 + random.nextInt(3000);
            EngineOptions tiny = EngineOptions.tiny();
            this.options = switch (random.nextInt(3)) {
                case 0 -> tiny;
                case 1 -> tiny.withBlockCacheBytes(0).withMemtableBytes(2_000);
                default -> tiny.withMemtableBytes(40_000);
            };
            drawTails();
            for (Family family : Family.values()) {
                model.put(family, new TreeMap<>(Bytes.ORDER));
            }
        }

        /** Tails and prefixes may differ from one life to the next: tables tell which they were written with. */
        private void drawTails() {
            opened = options;
            for (Family family : Family.values()) {
                tailBytes.put(family, random.nextInt(4));
                opened = opened.withTail(family, tailBytes.get(family));
            }
            KeyPrefixes prefixes = RandomOptions.prefixes(random);
            for (Family family : Family.values()) {
                opened = opened.withPrefix(family, prefixes.of(family));
            }
        }

        /** In earlier lives: an engine counts from when it was opened. */
        private long flushesBefore;

        void go(int operations) {
            try (ThreadScheduler scheduler = new ThreadScheduler(2)) {
                engine = Engine.open("db", opened, TestWorld.ports(vfs, scheduler));
                for (int i = 0; i < operations; i++) {
                    switch (random.nextInt(100)) {
                        case 0 -> engine.flush();
                        case 1 -> holdOrRelease();
                        case 2 -> {
                            if (random.nextInt(3) == 0) {
                                exportOrIngest();
                            } else {
                                compactSomething();
                            }
                        }
                        case 3 -> {
                            if (random.nextInt(4) == 0) {
                                reopen(scheduler);
                            }
                        }
                        case 4, 5, 6, 7 -> scan(random.nextInt(4) > 0);
                        case 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 -> readBack();
                        default -> write();
                    }
                }
                checkAll(null, model);
                held.forEach(h -> checkAll(h.snapshot, h.state));
                EngineStats before = engine.stats();
                assertTrue(flushesBefore + before.flushes().count() > 0 || options.memtableBytes() > 10_000,
                        before::toString);
                reopen(scheduler);
                checkAll(null, model);
                for (Family family : Family.values()) {
                    engine.compact(family, Range.ALL);
                }
                checkAll(null, model);
                long entries = engine.stats().levels().stream().mapToLong(EngineStats.Level::entries).sum();
                assertEquals(model.values().stream().mapToInt(TreeMap::size).sum(), entries,
                        "after compaction nothing but live entries is left");
                if (Boolean.getBoolean("nokv.verbose")) {
                    System.out.println(engine.stats() + "\n" + before);
                }
                engine.close();
            }
        }

        private Family family() {
            return random.nextInt(3) == 0 ? Family.values()[random.nextInt(5)] : Family.WRITE;
        }

        private byte[] key() {
            int n = random.nextInt(keySpace);
            return switch (n % 7) {
                case 0 -> b("dir/" + n / 7);
                case 1 -> b("dir/" + n / 7 + "/with/a/longer/name");
                case 2 -> new byte[]{(byte) n, (byte) (n >> 8), 0};
                case 3 -> new byte[]{(byte) 0xFF, (byte) n};
                case 4 -> n < 10 ? new byte[0] : b("x" + n);
                default -> b(String.format("dir/%06d", n));
            };
        }

        private void write() {
            WriteBatch batch = new WriteBatch();
            int count = 1 + (random.nextInt(10) == 0 ? random.nextInt(60) : random.nextInt(4));
            for (int i = 0; i < count; i++) {
                Family family = family();
                byte[] key = key();
                if (random.nextInt(60) == 0) {
                    byte[] other = random.nextInt(8) == 0 ? null : key();
                    batch.deleteRange(family, key, other);
                    model.get(family).keySet().removeIf(new Range(key, other)::contains);
                } else if (random.nextInt(4) == 0) {
                    batch.delete(family, key);
                    model.get(family).remove(key);
                } else {
                    byte[] value = new byte[random.nextInt(50) == 0 ? random.nextInt(5000) : random.nextInt(40)];
                    for (int j = 0; j < value.length; j++) {
                        value[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 'v');
                    }
                    batch.put(family, key, value);
                    model.get(family).put(key, value);
                }
            }
            engine.write(batch, Durability.values()[random.nextInt(3)]);
        }

        private void readBack() {
            Held at = held.isEmpty() || random.nextInt(2) == 0 ? null : held.get(random.nextInt(held.size()));
            Family family = family();
            TreeMap<byte[], byte[]> state = at == null ? model.get(family) : at.state.get(family);
            Snapshot snapshot = at == null ? null : at.snapshot;
            TreeMap<byte[], byte[]> wanted = new TreeMap<>(Bytes.ORDER);
            for (int i = random.nextInt(8); i >= 0; i--) {
                byte[] key = key();
                wanted.put(key, key);
            }
            byte[][] keys = wanted.keySet().toArray(byte[][]::new);
            byte[][] found = engine.multiGet(family, keys, snapshot);
            for (int i = 0; i < keys.length; i++) {
                assertArrayEquals(state.get(keys[i]), found[i]);
                assertArrayEquals(found[i], engine.get(family, keys[i], snapshot));
                Map.Entry<byte[], byte[]> first = firstOf(state, keys[i], tailBytes.get(family));
                byte[] read = engine.first(family, keys[i], snapshot, (tail, array, offset, length) -> {
                    int tailAt = first.getKey().length - tailBytes.get(family);
                    assertEquals(tailAt < 0 ? 0 : KeyTails.read(first.getKey(), tailAt, tailBytes.get(family)), tail);
                    return Arrays.copyOfRange(array, offset, offset + length);
                });
                assertArrayEquals(first == null ? null : first.getValue(), read);
            }
        }

        /** The first entry from {@code key} on that differs from it in the tail only. */
        private static Map.Entry<byte[], byte[]> firstOf(TreeMap<byte[], byte[]> state, byte[] key, int tail) {
            int head = key.length < tail ? key.length : key.length - tail;
            for (Map.Entry<byte[], byte[]> entry : state.tailMap(key, true).entrySet()) {
                byte[] k = entry.getKey();
                if (k.length < head || !Arrays.equals(k, 0, head, key, 0, head)) {
                    return null;
                }
                if (k.length == key.length) {
                    return entry;
                }
            }
            return null;
        }

        /** A random walk of a cursor beside the same walk in the model. */
        private void scan(boolean bounded) {
            Held at = held.isEmpty() || random.nextInt(2) == 0 ? null : held.get(random.nextInt(held.size()));
            Family family = family();
            TreeMap<byte[], byte[]> state = at == null ? model.get(family) : at.state.get(family);
            byte[] begin = key();
            Range prefix = Range.prefix(Arrays.copyOf(begin, random.nextInt(begin.length + 1)));
            boolean shared = random.nextInt(3) == 0;
            byte[] from = shared ? prefix.from() : bounded && random.nextInt(3) > 0 ? begin : null;
            byte[] to = shared ? prefix.to() : bounded && random.nextInt(3) > 0 ? key() : null;
            TreeMap<byte[], byte[]> within = new TreeMap<>(Bytes.ORDER);
            state.forEach((k, v) -> {
                if ((from == null || Bytes.ORDER.compare(k, from) >= 0)
                        && (to == null || Bytes.ORDER.compare(k, to) < 0)) {
                    within.put(k, v);
                }
            });
            try (Cursor cursor = engine.cursor(family, new Range(from, to), at == null ? null : at.snapshot)) {
                assertFalse(cursor.isValid());
                Map.Entry<byte[], byte[]> expected = null;
                for (int step = 0; step < 40; step++) {
                    if (expected == null || random.nextInt(8) == 0) {
                        byte[] target = key();
                        switch (random.nextInt(4)) {
                            case 0 -> {
                                cursor.seekToFirst();
                                expected = within.firstEntry();
                            }
                            case 1 -> {
                                cursor.seekToLast();
                                expected = within.lastEntry();
                            }
                            case 2 -> {
                                cursor.seek(target);
                                expected = within.ceilingEntry(target);
                            }
                            default -> {
                                cursor.seekForPrev(target);
                                expected = within.floorEntry(target);
                            }
                        }
                    } else if (random.nextInt(3) > 0) {
                        cursor.next();
                        expected = within.higherEntry(expected.getKey());
                    } else {
                        cursor.prev();
                        expected = within.lowerEntry(expected.getKey());
                    }
                    check(expected, cursor);
                }
            }
        }

        private static void check(Map.Entry<byte[], byte[]> expected, Cursor cursor) {
            assertEquals(expected != null, cursor.isValid());
            if (expected != null) {
                assertEquals(Bytes.show(expected.getKey()), Bytes.show(cursor.key()));
                assertArrayEquals(expected.getValue(), cursor.value());
            }
        }

        private void holdOrRelease() {
            if (held.size() > 4 || !held.isEmpty() && random.nextInt(2) == 0) {
                Held released = held.remove(random.nextInt(held.size()));
                checkAll(released.snapshot, released.state);
                released.snapshot.close();
            } else {
                EnumMap<Family, TreeMap<byte[], byte[]>> copy = new EnumMap<>(Family.class);
                model.forEach((family, map) -> copy.put(family, new TreeMap<>(map)));
                held.add(new Held(engine.snapshot(), copy));
            }
        }

        private void exportOrIngest() {
            if (exports.isEmpty() || random.nextInt(2) == 0) {
                byte[] a = key();
                byte[] c = key();
                Range range = Bytes.ORDER.compare(a, c) <= 0 ? new Range(a, c) : new Range(null, a);
                Set<Family> families = EnumSet.of(family(), family());
                String source = "exports/" + exports.size();
                EnumMap<Family, TreeMap<byte[], byte[]>> rows = new EnumMap<>(Family.class);
                for (Family family : families) {
                    rows.put(family, new TreeMap<>(Bytes.ORDER));
                    model.get(family).forEach((key, value) -> {
                        if (range.contains(key)) {
                            rows.get(family).put(key, value);
                        }
                    });
                }
                Export made = engine.export(source, families, range, null);
                assertEquals(rows.values().stream().mapToInt(TreeMap::size).sum(), made.rows());
                exports.add(rows);
                exportedRanges.add(range);
            } else {
                int chosen = random.nextInt(exports.size());
                Ingest how = random.nextInt(2) == 0 ? Ingest.LINKED : Ingest.COPIED;
                boolean replaces = random.nextInt(2) == 0;
                WriteBatch beside = null;
                Family other = family();
                if (!exports.get(chosen).containsKey(other)) {
                    byte[] key = key();
                    byte[] value = b("beside an ingest " + random.nextInt(1000));
                    beside = new WriteBatch().put(other, key, value);
                    model.get(other).put(key, value);
                }
                engine.ingest("exports/" + chosen, replaces ? how.replacing() : how, beside);
                exports.get(chosen).forEach((family, rows) -> {
                    if (replaces) {
                        model.get(family).keySet().removeIf(exportedRanges.get(chosen)::contains);
                    }
                    model.get(family).putAll(rows);
                });
            }
        }

        private void compactSomething() {
            byte[] a = key();
            byte[] c = key();
            boolean inOrder = Bytes.ORDER.compare(a, c) <= 0;
            engine.compact(family(), random.nextInt(3) == 0 ? Range.ALL : new Range(inOrder ? a : c, inOrder ? c : a));
        }

        private void reopen(ThreadScheduler scheduler) {
            flushesBefore += engine.stats().flushes().count();
            held.forEach(h -> h.snapshot.close());
            held.clear();
            long visible = engine.visibleSequence();
            engine.close();
            if (random.nextInt(3) == 0) {
                drawTails();
            }
            engine = Engine.open("db", opened, TestWorld.ports(vfs, scheduler));
            assertEquals(visible, engine.visibleSequence());
            assertEquals(visible, engine.durableSequence());
        }

        private void checkAll(Snapshot snapshot, EnumMap<Family, TreeMap<byte[], byte[]>> state) {
            for (Family family : Family.values()) {
                try (Cursor cursor = engine.cursor(family, Range.ALL, snapshot)) {
                    cursor.seekToFirst();
                    for (Map.Entry<byte[], byte[]> expected : state.get(family).entrySet()) {
                        check(expected, cursor);
                        cursor.next();
                    }
                    assertFalse(cursor.isValid());
                    cursor.seekToLast();
                    for (Map.Entry<byte[], byte[]> expected : state.get(family).descendingMap().entrySet()) {
                        check(expected, cursor);
                        cursor.prev();
                    }
                    assertFalse(cursor.isValid());
                }
                assertTrue(engine.approximateBytes(family, Range.ALL) >= 0);
            }
        }
    }
}
