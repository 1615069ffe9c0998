package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.event.EngineEvent;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.wal.LogChannel;
import io.nokv.lsm.wal.LogConsumer;
import io.nokv.lsm.wal.LogLimits;
import io.nokv.lsm.wal.LogPlace;
import io.nokv.lsm.wal.LogRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Those who share the engine's log, and what happens when one of them keeps it for itself. */
class LogChannelTest {
    private static final int SEGMENT = 64 << 10;

    /** Remembers what it is handed. */
    private static final class Recorder implements LogConsumer {
        private final int channel;
        private final List<String> records = new ArrayList<>();
        private final List<LogPlace> places = new ArrayList<>();

        Recorder(int channel) {
            this.channel = channel;
        }

        @Override
        public int channel() {
            return channel;
        }

        @Override
        public String name() {
            return "recorder " + channel;
        }

        @Override
        public void replayed(LogPlace place, int kind, long stream, byte[] bytes, int offset, int length) {
            records.add(kind + "/" + stream + " " + new String(Arrays.copyOfRange(bytes, offset, offset + length)));
            places.add(place);
        }
    }

    private final MemVfs vfs = new MemVfs();
    private final StepScheduler scheduler = new StepScheduler(new TestWorld.Seeded(11));
    private final List<EngineEvent> told = new ArrayList<>();

    private Engine open(LogLimits limits, LogConsumer... consumers) {
        EngineOptions options = EngineOptions.tiny().withMemtableBytes(16 << 20).withListener(told::add)
                .withLog(new EngineOptions.Log(SEGMENT, 1 << 10, limits, List.of(consumers)));
        return Engine.open("db", options, TestWorld.ports(vfs, scheduler));
    }

    private static LogLimits roomy() {
        return LogLimits.of(SEGMENT);
    }

    private static long put(Engine engine, int bytes) {
        return engine.write(new WriteBatch().put(Family.WRITE, b("key"), new byte[bytes]), Durability.FSYNC);
    }

    private static LogRecord record(int kind, long stream, String text) {
        return new LogRecord(kind, stream, b(text));
    }

    @Test
    void recordsComeBackToThoseWhoWroteThem() {
        Recorder one = new Recorder(1);
        Recorder two = new Recorder(2);
        try (Engine engine = open(roomy(), one, two)) {
            LogRecord first = record(4, -1, "a");
            engine.channel(one).append(List.of(first, record(5, 7, "b")));
            put(engine, 10);
            long position = engine.channel(two).append(List.of(record(4, 7, "c")));
            engine.channel(one).append(List.of(record(0, 0, "")));
            engine.channel(two).awaitDurable(position);
            assertArrayEquals(b("a"), engine.channel(one).read(first.place()));
            assertEquals(2 + 2, engine.stats().log().kept().streamRecords());
        }
        try (Engine engine = open(roomy(), two, one)) {
            assertEquals(List.of("4/-1 a", "5/7 b", "0/0 "), one.records);
            assertEquals(List.of("4/7 c"), two.records);
            assertArrayEquals(b("b"), engine.channel(one).read(one.places.get(1)));
            assertEquals(10, engine.get(Family.WRITE, b("key"), null).length);
        }
    }

    @Test
    void oneSyncServesBatchesAndRecords() {
        Recorder one = new Recorder(1);
        try (Engine engine = open(roomy(), one)) {
            long before = engine.stats().log().syncs();
            engine.submit(new WriteBatch().put(Family.WRITE, b("k"), b("v")));
            LogChannel channel = engine.channel(one);
            channel.append(List.of(record(1, 1, "a")));
            WriteTicket ticket = engine.submit(new WriteBatch().put(Family.WRITE, b("l"), b("v")));
            channel.awaitDurable(channel.append(List.of(record(1, 1, "b"))));
            ticket.awaitDurable();
            assertEquals(before + 1, engine.stats().log().syncs());
        }
    }

    /** The engine keeps all of a log that it has not flushed; asked to, it flushes. */
    @Test
    void theEngineLetsGoByItself() {
        LogLimits limits = new LogLimits(2 * SEGMENT, 8 * SEGMENT, 0, 1_000_000_000L, 1_000_000_000L);
        try (Engine engine = open(limits)) {
            for (int i = 0; i < 400; i++) {
                put(engine, 8_000);
                assertTrue(engine.stats().log().kept().bytes() < 8 * SEGMENT + 10_000);
            }
            EngineStats stats = engine.stats();
            assertTrue(stats.log().kept().requests() > 0 && stats.flushes().count() > 0, stats::toString);
        }
    }

    @Test
    void whoKeepsTheLogForItselfIsNamed() {
        Recorder greedy = new Recorder(1);
        LogLimits limits = new LogLimits(SEGMENT, 4 * SEGMENT, 0, 0, 0);
        try (Engine engine = open(limits, greedy)) {
            LogChannel channel = engine.channel(greedy);
            int[] asked = {0};
            channel.onRequest(_ -> asked[0]++);
            channel.awaitDurable(channel.append(List.of(record(1, 1, "precious"))));
            NokvException full = assertThrows(NokvException.class, () -> {
                for (int i = 0; i < 200; i++) {
                    put(engine, 8_000);
                }
            });
            assertEquals(FailureCode.OVERLOADED, full.code());
            assertTrue(full.getMessage().contains("the log is full")
                    && full.getMessage().contains("recorder 1 needs segment 1"), full.getMessage());
            assertEquals(FailureCode.OVERLOADED,
                    assertThrows(NokvException.class, channel::awaitRoom).code());
            assertTrue(asked[0] > 0);
            EngineStats.Kept kept = engine.stats().log().kept();
            assertTrue(kept.bytes() >= 4 * SEGMENT && kept.bytes() < 6 * SEGMENT, kept::toString);
            assertTrue(kept.longHolds() > 0 && kept.slowSyncs() > 0, kept::toString);
            assertTrue(told.stream().anyMatch(event -> event instanceof EngineEvent.LogHeld held
                    && held.by().equals("recorder 1") && held.segment() == 1), told::toString);
            // What lets others go of the log is not kept waiting for that.
            engine.submit(new WriteBatch().put(Family.WRITE, b("applied"), b("v")).freeingLog()).awaitDurable();
            // The store keeps its own books all the same, and goes on once the log is let go.
            engine.write(new WriteBatch().put(Family.LOCAL, b("book"), b("kept")), Durability.FSYNC);
            channel.needs(channel.currentSegment());
            channel.awaitRoom();
            put(engine, 8_000);
        }
    }

    @Test
    void recordsNobodyConsumesAreKeptForWhoeverDoes() {
        Recorder one = new Recorder(1);
        try (Engine engine = open(roomy(), one)) {
            engine.channel(one).append(List.of(record(1, 1, "a")));
        }
        one.records.clear();
        try (Engine engine = open(roomy())) {
            put(engine, 100);
            engine.flush();
            assertTrue(engine.stats().log().kept().holds().toString().contains("channel 1"));
            assertThrows(NokvException.class, () -> engine.channel(one));
        }
        open(roomy(), one).close();
        assertEquals(List.of("1/1 a"), one.records);
    }
}
