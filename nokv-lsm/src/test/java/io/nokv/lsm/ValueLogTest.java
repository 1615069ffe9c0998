package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Large values leave their tables, are found again, become garbage, are moved, and their files go when nobody needs them. */
class ValueLogTest {
    private static final int LARGE = 300;
    /** Never collects by itself. */
    private static final EngineOptions.Values PATIENT = new EngineOptions.Values(100,
            Set.of(Family.DEFAULT, Family.WRITE), List.of(b("inline/")), 8 << 10, Compression.LZ4, 0.99, 1);
    private static final EngineOptions OPTIONS = EngineOptions.tiny().withMemtableBytes(64 << 10).withValues(PATIENT);

    private final MemVfs disk = new MemVfs();
    private final StepScheduler scheduler = new StepScheduler(new TestWorld.Seeded(11));

    private Engine open(EngineOptions options) {
        return Engine.open("db", options, TestWorld.ports(disk, scheduler));
    }

    /** Does not compress. */
    private static byte[] value(long of, int bytes) {
        TestWorld.Seeded random = new TestWorld.Seeded(of);
        byte[] value = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            value[i] = (byte) random.nextLong();
        }
        return value;
    }

    private static byte[] key(int i) {
        return b(String.format("key/%05d", i));
    }

    private static void put(Engine engine, Family family, byte[] key, byte[] value) {
        engine.write(new WriteBatch().put(family, key, value), Durability.BUFFERED);
    }

    private Set<String> valueFiles() {
        Set<String> names = new TreeSet<>(disk.list("db"));
        names.removeIf(name -> !name.endsWith(".vlog"));
        return names;
    }

    private static void compactAll(Engine engine) {
        engine.compact(Family.DEFAULT, Range.ALL);
        engine.compact(Family.WRITE, Range.ALL);
    }

    /** Until files that nobody needs are gone. */
    private void settle() {
        for (int i = 0; i < 200; i++) {
            scheduler.runSome();
        }
    }

    @Test
    void whichValuesLeaveTheirTables() {
        try (Engine engine = open(OPTIONS)) {
            put(engine, Family.DEFAULT, b("large"), value(1, LARGE));
            put(engine, Family.WRITE, b("large"), value(2, LARGE));
            put(engine, Family.LOCK, b("large, of another family"), value(3, LARGE));
            put(engine, Family.DEFAULT, b("inline/large"), value(4, LARGE));
            put(engine, Family.DEFAULT, b("exactly"), value(5, 100));
            put(engine, Family.DEFAULT, b("small"), value(6, 99));
            engine.flush();
            assertEquals(3, engine.stats().values().valuesWritten());
            assertEquals(List.of(Family.DEFAULT, Family.WRITE),
                    engine.valueFiles().stream().map(EngineStats.ValueFile::family).toList());
            assertArrayEquals(value(1, LARGE), engine.get(Family.DEFAULT, b("large"), null));
            assertArrayEquals(value(2, LARGE), engine.get(Family.WRITE, b("large"), null));
            assertArrayEquals(value(3, LARGE), engine.get(Family.LOCK, b("large, of another family"), null));
            assertArrayEquals(value(4, LARGE), engine.get(Family.DEFAULT, b("inline/large"), null));
            assertArrayEquals(value(5, 100), engine.get(Family.DEFAULT, b("exactly"), null));
            assertEquals(3, engine.stats().values().reads());
        }
    }

    @Test
    void theNamespaceStaysWithItsKeys() {
        EngineOptions defaults = EngineOptions.defaults();
        EngineOptions options = OPTIONS.withValues(defaults.values());
        try (Engine engine = open(options)) {
            put(engine, Family.DEFAULT, b("fsm\0 anything"), value(1, 20_000));
            put(engine, Family.DEFAULT, b("not the namespace"), value(2, 20_000));
            put(engine, Family.WRITE, b("commit record"), value(3, 20_000));
            engine.flush();
            assertEquals(1, engine.stats().values().valuesWritten());
        }
    }

    @Test
    void everyWayToRead() {
        try (Engine engine = open(OPTIONS)) {
            for (int i = 0; i < 60; i++) {
                put(engine, Family.DEFAULT, key(i), value(i, i % 3 == 0 ? 20 : LARGE));
            }
            engine.flush();
            byte[][] keys = new byte[60][];
            for (int i = 0; i < 60; i++) {
                keys[i] = key(i);
            }
            byte[][] found = engine.multiGet(Family.DEFAULT, keys, null);
            for (int i = 0; i < 60; i++) {
                byte[] expected = value(i, i % 3 == 0 ? 20 : LARGE);
                assertArrayEquals(expected, found[i]);
                assertEquals(Integer.valueOf(expected.length), engine.first(Family.DEFAULT, key(i), null,
                        (_, array, offset, length) -> {
                            assertArrayEquals(expected, Arrays.copyOfRange(array, offset, offset + length));
                            return length;
                        }));
            }
            long before = engine.stats().values().reads();
            try (Cursor cursor = engine.cursor(Family.DEFAULT, Range.ALL, null)) {
                int i = 0;
                for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                    assertEquals(i % 3 == 0 ? 20 : LARGE, cursor.valueLength());
                    i++;
                }
                assertEquals(60, i);
                for (cursor.seekToLast(); cursor.isValid(); cursor.prev()) {
                    i--;
                    assertEquals(i % 3 == 0 ? 20 : LARGE, cursor.valueLength());
                }
                assertEquals(before, engine.stats().values().reads(), "keys and lengths are there without the values");
                for (cursor.seekToLast(); cursor.isValid(); cursor.prev()) {
                    cursor.value();
                    assertArrayEquals(value(59 - i, (59 - i) % 3 == 0 ? 20 : LARGE), cursor.value());
                    i++;
                }
                assertEquals(before + 40, engine.stats().values().reads(), "a value is read once");
            }
        }
    }

    @Test
    void garbageIsCountedExactlyAndAReopenedStoreKnowsIt() {
        long garbage;
        try (Engine engine = open(OPTIONS)) {
            for (int i = 0; i < 100; i++) {
                put(engine, Family.DEFAULT, key(i), value(i, LARGE));
            }
            engine.flush();
            long record = engine.stats().values().liveBytes() / 100;
            assertEquals(100 * record, engine.stats().values().liveBytes());
            for (int i = 0; i < 100; i += 2) {
                put(engine, Family.DEFAULT, key(i), value(1000 + i, LARGE));
            }
            for (int i = 1; i < 20; i += 2) {
                engine.write(new WriteBatch().delete(Family.DEFAULT, key(i)), Durability.BUFFERED);
            }
            engine.flush();
            assertEquals(0, engine.stats().values().garbageBytes(), "not met by a compaction yet");
            compactAll(engine);
            garbage = engine.stats().values().garbageBytes();
            assertEquals(60 * record, garbage);
            assertEquals(90 * record, engine.stats().values().liveBytes());
        }
        try (Engine engine = open(OPTIONS)) {
            assertEquals(garbage, engine.stats().values().garbageBytes());
            engine.collectValues(0);
            assertEquals(0, engine.stats().values().garbageBytes());
            assertTrue(engine.stats().values().valuesMoved() >= 40);
            assertTrue(engine.valueFiles().stream().anyMatch(file -> file.generation() == 1));
            check(engine);
        }
        try (Engine engine = open(OPTIONS)) {
            check(engine);
            settle();
            assertEquals(engine.valueFiles().size(), valueFiles().size());
        }
    }

    private static void check(Engine engine) {
        for (int i = 0; i < 100; i++) {
            byte[] expected = i % 2 == 0 ? value(1000 + i, LARGE) : i < 20 ? null : value(i, LARGE);
            assertArrayEquals(expected, engine.get(Family.DEFAULT, key(i), null), "key " + i);
        }
    }

    @Test
    void snapshotsAndCursorsKeepWhatTheySee() {
        try (Engine engine = open(OPTIONS)) {
            for (int i = 0; i < 50; i++) {
                put(engine, Family.DEFAULT, key(i), value(i, LARGE));
            }
            engine.flush();
            Snapshot snapshot = engine.snapshot();
            Cursor cursor = engine.cursor(Family.DEFAULT, Range.ALL, null);
            cursor.seekToFirst();
            for (int i = 0; i < 50; i++) {
                put(engine, Family.DEFAULT, key(i), value(1000 + i, LARGE));
            }
            for (int i = 0; i < 50; i += 2) {
                engine.write(new WriteBatch().delete(Family.DEFAULT, key(i)), Durability.BUFFERED);
            }
            compactAll(engine);
            engine.collectValues(0);
            for (int i = 0; i < 50; i++) {
                assertArrayEquals(value(i, LARGE), engine.get(Family.DEFAULT, key(i), snapshot));
                assertArrayEquals(value(i, LARGE), cursor.value());
                assertArrayEquals(i % 2 == 0 ? null : value(1000 + i, LARGE),
                        engine.get(Family.DEFAULT, key(i), null));
                cursor.next();
            }
            snapshot.close();
            compactAll(engine);
            engine.collectValues(0);
            settle();
            assertTrue(valueFiles().size() > engine.valueFiles().size(), "the cursor keeps its files");
            cursor.seekToFirst();
            assertArrayEquals(value(0, LARGE), cursor.value());
            cursor.close();
            settle();
            assertEquals(engine.valueFiles().size(), valueFiles().size());
            assertEquals(0, engine.stats().values().garbageBytes());
        }
    }

    @Test
    void aFileWithoutAnythingAliveGoesWithoutAMove() {
        try (Engine engine = open(OPTIONS)) {
            for (int i = 0; i < 20; i++) {
                put(engine, Family.DEFAULT, key(i), value(i, LARGE));
            }
            engine.flush();
            assertEquals(1, valueFiles().size());
            for (int i = 0; i < 20; i++) {
                engine.write(new WriteBatch().delete(Family.DEFAULT, key(i)), Durability.BUFFERED);
            }
            compactAll(engine);
            settle();
            assertEquals(Set.of(), valueFiles());
            assertEquals(0, engine.stats().values().moves());
        }
    }

    /** Over and over the same keys: what the files take is bounded by what is alive, though nobody asks for it. */
    @Test
    void spaceIsBounded() {
        TestWorld.seeded(getClass(), random -> {
            EngineOptions.Values eager = new EngineOptions.Values(100, Set.of(Family.DEFAULT), List.of(), 8 << 10,
                    Compression.LZ4, 0.25, 1 + random.nextInt(3));
            int[] latest = new int[40];
            try (Engine engine = open(EngineOptions.tiny().withValues(eager))) {
                for (int i = 1; i < 1_500; i++) {
                    int k = random.nextInt(latest.length);
                    latest[k] = i;
                    put(engine, Family.DEFAULT, key(k), value(i, LARGE));
                    scheduler.runSome();
                }
                compactAll(engine);
                settle();
                EngineStats.Values values = engine.stats().values();
                assertTrue(values.moves() > 0, values::toString);
                assertTrue(values.garbageBytes() <= 0.25 * (values.garbageBytes() + values.liveBytes()),
                        values::toString);
                for (int k = 0; k < latest.length; k++) {
                    assertArrayEquals(latest[k] == 0 ? null : value(latest[k], LARGE),
                            engine.get(Family.DEFAULT, key(k), null));
                }
            }
        });
    }

    @Test
    void optionsMayChange() {
        try (Engine engine = open(OPTIONS.withValues(PATIENT.off()))) {
            put(engine, Family.DEFAULT, key(1), value(1, LARGE));
            engine.flush();
            assertEquals(0, engine.stats().values().files());
        }
        try (Engine engine = open(OPTIONS)) {
            put(engine, Family.DEFAULT, key(2), value(2, LARGE));
            compactAll(engine);
            assertEquals(2, engine.stats().values().valuesWritten(), "a compaction takes out what is there");
        }
        try (Engine engine = open(OPTIONS.withValues(PATIENT.off()))) {
            compactAll(engine);
            engine.collectValues(0);
            assertArrayEquals(value(1, LARGE), engine.get(Family.DEFAULT, key(1), null));
            assertArrayEquals(value(2, LARGE), engine.get(Family.DEFAULT, key(2), null));
        }
    }

    @Test
    void theCompactionFilterSeesTheValues() {
        List<Integer> seen = new ArrayList<>();
        CompactionFilter filter = (_, _) -> (_, value) -> {
            seen.add(value.length);
            return value[0] != value(7, LARGE)[0];
        };
        try (Engine engine = open(OPTIONS.withCompactionFilter(filter))) {
            put(engine, Family.DEFAULT, key(7), value(7, LARGE));
            put(engine, Family.DEFAULT, key(8), value(8, 10));
            engine.flush();
            engine.compact(Family.DEFAULT, Range.ALL);
            assertEquals(List.of(LARGE, 10), seen);
            assertNull(engine.get(Family.DEFAULT, key(7), null));
            settle();
            assertEquals(Set.of(), valueFiles());
        }
    }

    @Test
    void filesNobodyNamesAreRemovedAndFilesThatLackAreMissed() {
        try (Engine engine = open(OPTIONS)) {
            put(engine, Family.DEFAULT, key(1), value(1, LARGE));
            engine.flush();
        }
        String used = "db/" + valueFiles().iterator().next();
        byte[] bytes = VfsIo.readAll(disk, used);
        write("db/000999.vlog", bytes);
        try (Engine engine = open(OPTIONS)) {
            assertEquals(1, valueFiles().size());
            assertArrayEquals(value(1, LARGE), engine.get(Family.DEFAULT, key(1), null));
            put(engine, Family.DEFAULT, key(2), value(2, LARGE));
            engine.flush();
            assertTrue(engine.valueFiles().getLast().number() > 999, "the number of a leftover is not used again");
            engine.compact(Family.DEFAULT, Range.ALL);
            engine.collectValues(0);
        }
        disk.delete(used);
        NokvException missing = assertThrows(NokvException.class, () -> open(OPTIONS));
        assertEquals(FailureCode.CORRUPTION, missing.code());
        assertTrue(missing.getMessage().contains(used), missing.getMessage());
        write(used, bytes);
        open(OPTIONS).close();
    }

    private void write(String path, byte[] bytes) {
        try (VfsFile file = disk.open(path, Vfs.Mode.CREATE_NEW)) {
            VfsIo.writeFully(file, 0, ByteBuffer.wrap(bytes));
            file.sync();
        }
    }

    /** Each byte of a file as it was written, and of one with moved values, in turn. */
    @Test
    void damageIsFoundAndNamed() {
        try (Engine engine = open(OPTIONS)) {
            for (int i = 0; i < 6; i++) {
                put(engine, Family.DEFAULT, key(i), value(i, LARGE));
            }
            engine.flush();
            for (int i = 0; i < 3; i++) {
                put(engine, Family.DEFAULT, key(2 * i), value(2 * i, LARGE));
            }
            compactAll(engine);
            engine.collectValues(0);
            settle();
            assertEquals(List.of(0, 1),
                    engine.valueFiles().stream().map(EngineStats.ValueFile::generation).sorted().toList());
        }
        int harmless = 0;
        for (String name : valueFiles()) {
            String path = "db/" + name;
            for (int at = 0; at < disk.size(path); at++) {
                disk.damage(path, at, 1 << at % 8);
                try (Engine engine = open(OPTIONS)) {
                    for (int i = 0; i < 6; i++) {
                        assertArrayEquals(value(i, LARGE), engine.get(Family.DEFAULT, key(i), null));
                    }
                    harmless++;
                } catch (NokvException e) {
                    assertEquals(FailureCode.CORRUPTION, e.code());
                    assertTrue(e.getMessage().contains(path) && e.getMessage().contains("offset"), e.getMessage());
                }
                disk.damage(path, at, 1 << at % 8);
            }
        }
        assertTrue(harmless < 20, harmless + " flips are harmless: more than the index, which only moves read");
    }

    @Test
    void aMoveOfWhatIsDamagedIsRefused() {
        try (Engine engine = open(OPTIONS)) {
            for (int i = 0; i < 6; i++) {
                put(engine, Family.DEFAULT, key(i), value(i, LARGE));
            }
            engine.flush();
            engine.write(new WriteBatch().delete(Family.DEFAULT, key(0)), Durability.BUFFERED);
            compactAll(engine);
        }
        String path = "db/" + valueFiles().iterator().next();
        disk.damage(path, 1_000, 4);
        Engine engine = open(OPTIONS);
        NokvException refused = assertThrows(NokvException.class, () -> engine.collectValues(0));
        assertTrue(refused.getMessage().contains(path) && refused.getMessage().contains("offset"), refused.toString());
        assertArrayEquals(value(5, LARGE), engine.get(Family.DEFAULT, key(5), null));
        assertThrows(NokvException.class, () -> put(engine, Family.DEFAULT, key(9), value(9, 1)));
        engine.close();
    }

    @Test
    void aMoveThatFindsNoSpaceHoldsUpNobody() {
        FullVfs full = new FullVfs(disk);
        try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(full, scheduler))) {
            for (int i = 0; i < 40; i++) {
                put(engine, Family.DEFAULT, key(i), value(i, LARGE));
            }
            engine.flush();
            for (int i = 0; i < 40; i += 2) {
                engine.write(new WriteBatch().delete(Family.DEFAULT, key(i)), Durability.BUFFERED);
            }
            compactAll(engine);
            Set<String> before = valueFiles();
            full.tablesFail = true;
            assertEquals(FailureCode.NO_SPACE,
                    assertThrows(NokvException.class, () -> engine.collectValues(0)).code());
            assertEquals(before, valueFiles(), "the try left nothing");
            put(engine, Family.DEFAULT, key(100), value(100, LARGE));
            assertNull(engine.stats().failure());
            full.tablesFail = false;
            engine.collectValues(0);
            assertEquals(0, engine.stats().values().garbageBytes());
            for (int i = 1; i < 40; i += 2) {
                assertArrayEquals(value(i, LARGE), engine.get(Family.DEFAULT, key(i), null));
            }
        }
    }

    /** Writers overwrite, readers read at snapshots, compactions and moves run: what a snapshot sees does not change. */
    @Test
    void movesBesideWritersAndReaders() throws Exception {
        EngineOptions options = EngineOptions.tiny().withMemtableBytes(32 << 10)
                .withValues(new EngineOptions.Values(100,
                        Set.of(Family.DEFAULT), List.of(), 16 << 10, Compression.LZ4, 0.2, 2));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger writing = new AtomicInteger(2);
        int keys = 50;
        try (ThreadScheduler threads = new ThreadScheduler(2);
                Engine engine = Engine.open("db", options, TestWorld.ports(disk, threads))) {
            List<Thread> flows = new ArrayList<>();
            for (int w = 0; w < 2; w++) {
                int writer = w;
                flows.add(start(failure, () -> {
                    for (int round = 0; round < 60 && failure.get() == null; round++) {
                        WriteBatch batch = new WriteBatch();
                        for (int k = writer; k < keys; k += 2) {
                            if (isWritten(k, round)) {
                                batch.put(Family.DEFAULT, key(k), stamped(k, round));
                            }
                        }
                        engine.write(batch, Durability.BUFFERED);
                    }
                    writing.decrementAndGet();
                }));
            }
            for (int r = 0; r < 2; r++) {
                flows.add(start(failure, () -> {
                    for (int i = 0; i < 60 && failure.get() == null; i++) {
                        try (Snapshot snapshot = engine.snapshot()) {
                            int[] rounds = new int[keys];
                            for (int pass = 0; pass < 2; pass++) {
                                for (int k = 0; k < keys; k++) {
                                    byte[] found = engine.get(Family.DEFAULT, key(k), snapshot);
                                    int round = found == null ? -1 : ByteBuffer.wrap(found).getInt(4);
                                    assertTrue(pass == 0 || rounds[k] == round, "a snapshot that changes");
                                    rounds[k] = round;
                                    if (found != null) {
                                        assertArrayEquals(stamped(k, round), found);
                                    }
                                }
                            }
                        }
                    }
                }));
            }
            flows.add(start(failure, () -> {
                // Once more when all is written: how far writers are meanwhile is up to the machine.
                boolean last;
                do {
                    last = writing.get() == 0;
                    engine.compact(Family.DEFAULT, Range.ALL);
                    engine.collectValues(0.1);
                } while (!last && failure.get() == null);
            }));
            for (Thread flow : flows) {
                flow.join();
            }
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
            assertTrue(engine.stats().values().moves() > 0);
            for (int k = 0; k < keys; k++) {
                int last = 59;
                while (!isWritten(k, last)) {
                    last--;
                }
                assertArrayEquals(stamped(k, last), engine.get(Family.DEFAULT, key(k), null));
            }
        }
    }

    /** Some keys are written often and some seldom, so that files are never all garbage at once. */
    private static boolean isWritten(int key, int round) {
        return round == 0 || (round + key) % (1 + key % 13) == 0;
    }

    private static byte[] stamped(int key, int round) {
        byte[] value = value(1_000L * key + round, LARGE);
        ByteBuffer.wrap(value).putInt(key).putInt(round);
        return value;
    }

    private static Thread start(AtomicReference<Throwable> failure, Runnable work) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        });
    }
}
