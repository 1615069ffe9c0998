package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.wal.LogChannel;
import io.nokv.lsm.wal.LogConsumer;
import io.nokv.lsm.wal.LogPlace;
import io.nokv.lsm.wal.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Somebody beside the engine who uses its log: numbered records whose bytes follow from their number, of which the oldest
 * are dropped now and then. It remembers what was promised, over all openings.
 */
final class TestStream implements LogConsumer {
    private static final int KIND = 7;
    private static final long STREAM = 0xABCDEF0123456789L;

    private final TreeMap<Long, LogPlace> replayed = new TreeMap<>();
    private final TreeMap<Long, LogRecord> fresh = new TreeMap<>();
    /** Of each record, how many batches were submitted before it. */
    private final List<Long> batchesBefore = new ArrayList<>();
    private LogChannel channel;
    private long dropped;
    private long acknowledged;
    private long position;
    /** Records that were in memory only when an opening ended in a crash are forgotten with it. */
    private long submitted;

    @Override
    public int channel() {
        return 3;
    }

    @Override
    public String name() {
        return "a test";
    }

    @Override
    public void replayed(LogPlace place, int kind, long stream, byte[] bytes, int offset, int length) {
        ByteReader in = new ByteReader(bytes, offset, length);
        long number = in.varint();
        assertEquals(KIND, kind);
        assertEquals(STREAM, stream);
        assertTrue(number <= submitted, () -> "record " + number + " of " + submitted);
        assertArrayEquals(bytes(number), java.util.Arrays.copyOfRange(bytes, offset, offset + length));
        assertTrue(replayed.isEmpty() || replayed.lastKey() == number - 1,
                () -> "record " + number + " after " + replayed.lastKey());
        replayed.put(number, place);
    }

    /** The engine is about to be opened. */
    void opening() {
        replayed.clear();
        fresh.clear();
        channel = null;
        position = 0;
    }

    /** The engine is open. */
    void opened(Engine engine) {
        channel = engine.channel(this);
        channel.onRequest(_ -> drop(submitted));
        drop(dropped);
    }

    private static byte[] bytes(long number) {
        ByteWriter out = new ByteWriter().varint(number);
        for (long i = number % 97 * (number % 11 == 0 ? 40 : 1); i > 0; i--) {
            out.u8((int) (i * number) & 0xFF);
        }
        return out.toBytes();
    }

    /** @param batches submitted so far */
    void append(int count, long batches) {
        List<LogRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            submitted++;
            batchesBefore.add(batches);
            LogRecord record = new LogRecord(KIND, STREAM, bytes(submitted));
            fresh.put(submitted, record);
            records.add(record);
        }
        position = channel.append(records);
    }

    void awaitDurable() {
        long upTo = submitted;
        channel.awaitDurable(position);
        acknowledge(upTo);
    }

    /** Everything appended is durable. */
    void acknowledge() {
        acknowledge(submitted);
    }

    private void acknowledge(long upTo) {
        acknowledged = Math.max(acknowledged, upTo);
    }

    /** Reads a record back from the file, if there is a written one. */
    void read(TestWorld.Seeded random) {
        long last = position == 0 ? 0 : submitted;
        Map.Entry<Long, LogPlace> old = replayed.isEmpty() ? null : replayed.firstEntry();
        if (old != null && random.nextInt(2) == 0) {
            assertArrayEquals(bytes(old.getKey()), channel.read(old.getValue()));
        } else if (last > dropped && fresh.containsKey(last)) {
            LogRecord record = fresh.get(last);
            channel.awaitWritten(position);
            // The log may have asked for room meanwhile.
            if (last > dropped) {
                assertArrayEquals(bytes(last), channel.read(record.place()));
            }
        }
    }

    long submitted() {
        return submitted;
    }

    long dropped() {
        return dropped;
    }

    /** Nothing up to {@code number} is needed any more. */
    void drop(long number) {
        long current = channel.currentSegment();
        dropped = Math.max(dropped, Math.min(number, submitted));
        replayed.headMap(dropped, true).clear();
        fresh.headMap(dropped, true).clear();
        long first = current;
        for (LogPlace place : replayed.values()) {
            first = Math.min(first, place.segment());
        }
        for (LogRecord record : fresh.values()) {
            first = Math.min(first, record.place() == null ? current : record.place().segment());
        }
        channel.needs(first);
    }

    /**
     * Judges what was replayed after a crash.
     *
     * @param batches found
     */
    void check(long batches) {
        long found = found();
        assertTrue(found >= Math.max(acknowledged, dropped),
                () -> "records up to " + acknowledged + " were acknowledged, found up to " + found);
        assertTrue(replayed.isEmpty() || replayed.firstKey() <= dropped + 1,
                () -> "records after " + dropped + " are needed, found from " + replayed.firstKey());
        if (found > dropped) {
            assertTrue(batchesBefore.get((int) found - 1) <= batches,
                    () -> "record " + found + " follows batch " + batchesBefore.get((int) found - 1) + ", found "
                            + batches);
        }
    }

    /** Judges what was replayed after everything was durable. */
    void checkComplete() {
        acknowledged = submitted;
        check(Long.MAX_VALUE);
    }

    /** What was found is what there is from now on. */
    void settle() {
        long found = found();
        batchesBefore.subList((int) found, batchesBefore.size()).clear();
        submitted = found;
        acknowledged = found;
    }

    private long found() {
        return replayed.isEmpty() ? dropped : Math.max(dropped, replayed.lastKey());
    }
}
