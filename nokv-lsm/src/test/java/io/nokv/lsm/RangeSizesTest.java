package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.vfs.MemVfs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How large a range is and where to cut it, asked of stores whose contents are known; and who holds snapshots. */
class RangeSizesTest {
    private static final EngineOptions OPTIONS = uncompressed(EngineOptions.tiny().withMemtableBytes(64 << 10));

    private static EngineOptions uncompressed(EngineOptions options) {
        EngineOptions.Tables t = options.tables();
        return options.withTables(new EngineOptions.Tables(t.shape(), t.tableBytes(), Compression.NONE,
                Compression.NONE, t.openFiles()));
    }

    private static byte[] key(int n) {
        return b(String.format("key/%06d", n));
    }

    /** Keys with values of 20 to 180 bytes, in random order; some are flushed, some compacted, some still in memory. */
    private static Engine filled(TestWorld.Seeded random, EngineOptions options, int keys) {
        Engine engine = Engine.open("db", options, TestWorld.ports(new MemVfs(), new StepScheduler(random)));
        for (int i = 0; i < keys; i++) {
            int n = (int) (i * 7919L % keys);
            engine.write(new WriteBatch().put(Family.WRITE, key(n), new byte[valueBytes(n)]), Durability.BUFFERED);
            if (i == keys / 2) {
                engine.compact(Family.WRITE, Range.ALL);
            }
        }
        return engine;
    }

    private static int valueBytes(int n) {
        return 20 + n % 17 * 10;
    }

    private static long rawBytes(int from, int to) {
        long sum = 0;
        for (int n = from; n < to; n++) {
            sum += 10 + valueBytes(n);
        }
        return sum;
    }

    @Test
    void sizesFollowWhatIsThereInTablesAndMemory() {
        TestWorld.seeded(getClass(), random -> {
            try (Engine engine = filled(random, OPTIONS, 6_000)) {
                for (int run = 0; run < 50; run++) {
                    int from = random.nextInt(5_000);
                    int to = from + 300 + random.nextInt(6_000 - 300 - from);
                    long raw = rawBytes(from, to);
                    long said = engine.approximateBytes(Family.WRITE, new Range(key(from), key(to)));
                    assertTrue(said > raw * 0.5 && said < raw * 2.2 + 10_000, raw + " bytes are said to be " + said);
                }
                assertEquals(0, engine.approximateBytes(Family.WRITE, new Range(key(9), key(9))));
                assertEquals(0, engine.approximateBytes(Family.WRITE, new Range(key(9), key(5))));
                assertEquals(0, engine.approximateBytes(Family.LOCK, Range.ALL));
            }
        });
    }

    @Test
    void entriesInMemoryCountToo() {
        try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(new MemVfs(),
                new StepScheduler(new TestWorld.Seeded(1))))) {
            engine.write(new WriteBatch().put(Family.WRITE, key(1), new byte[5_000]), Durability.BUFFERED);
            assertTrue(engine.approximateBytes(Family.WRITE, Range.ALL) > 5_000);
            assertEquals(0, engine.approximateBytes(Family.WRITE, new Range(key(2), null)));
        }
    }

    @Test
    void partsAreAboutEqual() {
        TestWorld.seeded(getClass(), random -> {
            try (Engine engine = filled(random, OPTIONS, 6_000)) {
                for (int run = 0; run < 20; run++) {
                    int from = random.nextInt(3_000);
                    int to = from + 1_000 + random.nextInt(2_000);
                    int parts = 2 + random.nextInt(7);
                    Range range = new Range(key(from), key(to));
                    List<byte[]> cuts = new ArrayList<>(engine.splitKeys(Family.WRITE, range, parts));
                    assertEquals(parts - 1, cuts.size());
                    cuts.addFirst(range.from());
                    cuts.addLast(range.to());
                    long whole = engine.approximateBytes(Family.WRITE, range);
                    for (int i = 1; i < cuts.size(); i++) {
                        Range part = new Range(cuts.get(i - 1), cuts.get(i));
                        assertTrue(!part.isEmpty(), "cuts are in order");
                        long bytes = engine.approximateBytes(Family.WRITE, part);
                        assertTrue(bytes < 2 * whole / parts + 12_000,
                                "a part of " + parts + " has " + bytes + " of " + whole);
                    }
                }
            }
        });
    }

    @Test
    void aSplitKeyEndsBeforeTheTail() {
        TestWorld.seeded(getClass(), random -> {
            try (Engine engine = filled(random, OPTIONS.withTail(Family.WRITE, 3), 3_000)) {
                List<byte[]> cuts = engine.splitKeys(Family.WRITE, Range.ALL, 3);
                assertEquals(2, cuts.size());
                cuts.forEach(cut -> assertEquals("key/000".length(), cut.length, Bytes.show(cut)));
            }
        });
    }

    @Test
    void thereIsNothingToSplitInLittle() {
        try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(new MemVfs(),
                new StepScheduler(new TestWorld.Seeded(1))))) {
            assertEquals(List.of(), engine.splitKeys(Family.WRITE, Range.ALL, 4));
            assertEquals(FailureCode.INVALID_ARGUMENT, assertThrows(NokvException.class,
                    () -> engine.splitKeys(Family.WRITE, Range.ALL, 1)).code());
            assertEquals(List.of(), engine.splitKeys(Family.WRITE, new Range(key(5), key(4)), 4));
        }
    }

    @Test
    void whoHoldsSnapshotsIsNamedOldestFirst() {
        try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(new MemVfs(),
                new StepScheduler(new TestWorld.Seeded(1))))) {
            Snapshot reader = engine.snapshot("reader of region 7");
            engine.write(new WriteBatch().put(Family.WRITE, key(1), new byte[3]), Durability.BUFFERED);
            Snapshot export = engine.snapshot("export");
            Snapshot again = engine.snapshot("export");
            List<EngineStats.PinnedSnapshot> held = engine.stats().snapshots();
            assertEquals(List.of("reader of region 7", "export", "export"),
                    held.stream().map(EngineStats.PinnedSnapshot::owner).toList());
            assertEquals(List.of(0L, 1L, 1L), held.stream().map(EngineStats.PinnedSnapshot::sequence).toList());
            assertTrue(held.getFirst().sinceMillis() > 1_000_000_000_000L);
            assertEquals("export", again.owner());
            reader.close();
            again.close();
            again.close();
            assertEquals(1, engine.stats().openSnapshots());
            assertEquals(1, engine.stats().snapshots().getFirst().sequence());
            export.close();
            assertEquals(List.of(), engine.stats().snapshots());
        }
    }
}
