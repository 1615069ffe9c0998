package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.event.EngineEvent;
import io.nokv.lsm.event.EngineListener;
import io.nokv.lsm.event.Timing;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine tells of itself. */
class EventsTest {
    private final List<String> told = new ArrayList<>();
    private final MemVfs vfs = new MemVfs();
    private final StepScheduler scheduler = new StepScheduler(new TestWorld.Seeded(7));

    /** The event without what depends on time and compression. */
    private static String line(EngineEvent event) {
        return switch (event) {
            case EngineEvent.Opened o -> "opened " + o.tables() + " tables, " + o.replayedEntries() + " replayed";
            case EngineEvent.Flushed f ->
                "flushed " + f.entries() + " entries" + (f.bytesWritten() > 0 ? "" : ", empty");
            case EngineEvent.Compacted c -> (c.moved() ? "moved " : "compacted ") + c.tablesRead() + " from "
                    + c.fromLevel() + " to " + c.toLevel() + (c.moved() ? "" : " into " + c.tablesWritten());
            case EngineEvent.ValuesMoved m -> "moved " + m.values() + " values out of " + m.files() + " files";
            case EngineEvent.Stalled s -> "stalled " + s.reason();
            case EngineEvent.Synced s -> "synced" + (s.bytes() > 0 ? "" : " nothing");
            case EngineEvent.SlowSync _ -> "slow sync";
            case EngineEvent.LogHeld h -> h.by() + " keeps segment " + h.segment();
            case EngineEvent.TableDeleted _ -> "deleted a table";
            case EngineEvent.Failed f -> "failed: " + f.cause().getMessage();
            case EngineEvent.Closed _ -> "closed";
        };
    }

    private Engine open(EngineListener listener) {
        EngineOptions options = EngineOptions.tiny().withMemtableBytes(1 << 20).withListener(listener);
        return Engine.open("db", options, TestWorld.ports(vfs, scheduler));
    }

    private static void put(Engine engine, String key, Durability durability) {
        engine.write(new WriteBatch().put(Family.WRITE, b(key), b("value")), durability);
    }

    @Test
    void movesOfValuesAreTold() {
        List<String> told = new ArrayList<>();
        try (Engine engine = open(event -> {
            if (event instanceof EngineEvent.ValuesMoved) {
                told.add(line(event));
            }
        })) {
            engine.write(new WriteBatch().put(Family.WRITE, b("a"), new byte[500]).put(Family.WRITE, b("b"),
                    new byte[500]), Durability.BUFFERED);
            engine.flush();
            engine.write(new WriteBatch().put(Family.WRITE, b("a"), new byte[501]), Durability.BUFFERED);
            engine.compact(Family.WRITE, Range.ALL);
            engine.collectValues(0);
            assertEquals(List.of("moved 1 values out of 1 files"), told);
            assertEquals(1, engine.stats().values().moves());
        }
    }

    private void live(EngineListener listener) {
        try (Engine engine = open(listener)) {
            put(engine, "a", Durability.FSYNC);
            put(engine, "b", Durability.BUFFERED);
            engine.flush();
            put(engine, "a", Durability.BUFFERED);
            engine.compact(Family.WRITE, Range.ALL);
            for (int i = 0; i < 20; i++) {
                scheduler.runSome();
            }
            put(engine, "c", Durability.BUFFERED);
        }
        open(listener).close();
    }

    @Test
    void theLifeOfAStore() {
        live(event -> told.add(line(event)));
        assertEquals(List.of("opened 0 tables, 0 replayed", "flushed 2 entries", "flushed 1 entries",
                "compacted 2 from 0 to 6 into 1", "deleted a table", "deleted a table", "closed",
                "opened 1 tables, 1 replayed", "closed"),
                told.stream().filter(line -> !line.startsWith("synced")).toList(), told::toString);
        assertTrue(told.contains("synced"), told::toString);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        live(_ -> {
            throw new IllegalStateException("not well");
        });
        try (Engine engine = open(EngineListener.NONE)) {
            assertEquals("value", new String(engine.get(Family.WRITE, b("c"), null)));
        }
    }

    @Test
    void timesAreInTheStatistics() {
        try (Engine engine = open(EngineListener.NONE)) {
            for (int i = 0; i < 10; i++) {
                put(engine, "k" + i, Durability.FSYNC);
            }
            engine.compact(Family.WRITE, Range.ALL);
            EngineStats stats = engine.stats();
            assertTrue(stats.log().syncTimes().count() >= 10, stats::toString);
            assertEquals(1, stats.flushes().times().count());
            assertEquals(stats.compactions().count() + stats.compactions().moves(),
                    stats.compactions().times().count());
            assertTrue(stats.flushes().times().longestNanos() <= stats.flushes().times().nanos());
            assertTrue(stats.flushes().times().nanos() > 0);
        }
    }

    @Test
    void whatHappensAllTheTimeIsSampled() {
        try (Engine engine = open(EngineListener.NONE)) {
            for (int i = 0; i < 100; i++) {
                put(engine, "k" + i, i < 3 ? Durability.FSYNC : Durability.BUFFERED);
                engine.get(Family.WRITE, b("k" + i), null);
            }
            EngineStats stats = engine.stats();
            assertEquals(100, stats.log().batches());
            assertEquals(100, stats.reads().gets());
            assertEquals(4, stats.log().submitTimes().count(), "the 1st, 33rd, 65th and 97th");
            assertEquals(4, stats.reads().getTimes().count());
            assertEquals(3, stats.log().commitTimes().count(), "each wait for the disk is timed");
            for (Timing.Totals times : List.of(stats.log().submitTimes(), stats.log().commitTimes(),
                    stats.reads().getTimes())) {
                assertTrue(0 < times.p50Nanos() && times.p50Nanos() <= times.p90Nanos()
                        && times.p90Nanos() <= times.p99Nanos() && times.p99Nanos() <= times.p999Nanos()
                        && times.p999Nanos() <= times.longestNanos(), times::toString);
            }
        }
    }

    @Test
    void theFirstFailureIsTold() {
        FaultVfs failing = new FaultVfs(vfs, FaultVfs.Fault.POWER_CUT, 60);
        Engine engine = Engine.open("db", EngineOptions.tiny().withListener(event -> told.add(line(event))),
                TestWorld.ports(failing, scheduler));
        NokvException refused = assertThrows(NokvException.class, () -> {
            while (true) {
                put(engine, "a", Durability.FSYNC);
            }
        });
        assertEquals(FailureCode.READ_ONLY, refused.code());
        assertEquals(1, told.stream().filter(line -> line.startsWith("failed: injected")).count(), told::toString);
        assertThrows(NokvException.class, engine::close);
        assertEquals("closed", told.getLast());
    }

    @Test
    void flightRecorderSeesThemToo(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("engine.jfr");
        try (Recording recording = new Recording()) {
            for (String name : List.of("nokv.Flush", "nokv.Compaction", "nokv.Sync", "nokv.Stall")) {
                recording.enable(name).withoutThreshold();
            }
            recording.start();
            live(EngineListener.NONE);
            recording.stop();
            recording.dump(file);
        }
        Set<String> seen = new TreeSet<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            seen.add(event.getEventType().getName());
            if (event.getEventType().getName().equals("nokv.Compaction")) {
                assertEquals(2, event.getInt("tablesRead"));
                assertEquals(1, event.getInt("tablesWritten"));
                assertTrue(event.getLong("bytesWritten") > 0);
            }
        }
        assertTrue(seen.containsAll(Set.of("nokv.Flush", "nokv.Compaction", "nokv.Sync")), seen::toString);
    }
}
