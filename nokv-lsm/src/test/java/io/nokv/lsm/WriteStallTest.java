package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Ports;
import io.nokv.lsm.event.EngineEvent;
import io.nokv.lsm.vfs.MemVfs;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * A load of more than twice what compactions take, in {@link VirtualTime}: all writes pass at the rate that compactions
 * achieve, and none of them waits behind a whole one.
 */
class WriteStallTest {
    private static final long THREAD_BYTES_PER_SECOND = 2_000_000;
    private static final long WRITER_BYTES_PER_SECOND = 2_000_000;
    private static final long TOTAL_BYTES = 8_000_000;
    private static final int VALUE_BYTES = 100;
    private static final int ENTRY_BYTES = 16 + VALUE_BYTES;
    private static final int BATCH = 8;

    private static EngineOptions options(AtomicLong longestCompaction) {
        EngineOptions usual = EngineOptions.defaults();
        EngineOptions.Levels levels = usual.levels();
        return usual.withMemtableBytes(256 << 10)
                .withTables(new EngineOptions.Tables(usual.tables().shape(), 256 << 10, usual.tables().compression(),
                        usual.tables().lowestCompression(), 512))
                .withLevels(new EngineOptions.Levels(levels.compactAt(), levels.slowAt(), levels.stopAt(),
                        levels.immutableMemtables(), 512 << 10, levels.ratio(), 16 << 20, levels.manifestBytes()))
                .withCompactions(new EngineOptions.Compactions(2, 2, 256 << 10, 16 << 10, 0, false))
                .withListener(event -> {
                    if (event instanceof EngineEvent.Compacted compacted) {
                        longestCompaction.accumulateAndGet(compacted.nanos(), Math::max);
                    }
                });
    }

    @Test
    void noWriteWaitsBehindAWholeCompaction() {
        TestWorld.seeded(getClass(), random -> {
            AtomicLong longestCompaction = new AtomicLong();
            MovedBytes moved = new MovedBytes();
            VirtualTime time = new VirtualTime(2, THREAD_BYTES_PER_SECOND, moved::soFar);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            time.run(() -> {
                try (Engine engine = Engine.open("db", options(longestCompaction),
                        new Ports(time, random, time, moved.over(new MemVfs())))) {
                    long longest = load(engine, time, random, TOTAL_BYTES);
                    EngineStats.Stalls stalls = engine.stats().stalls();
                    double perSecond = TOTAL_BYTES / (time.monotonicNanos() / 1e9);
                    String seen = "longest write " + longest / 1e6 + " ms, longest compaction "
                            + longestCompaction.get() / 1e6 + " ms, " + perSecond / 1e6 + " MB/s, " + stalls;
                    assertTrue(perSecond < WRITER_BYTES_PER_SECOND / 2.0, seen);
                    assertTrue(stalls.slowed() > 100, seen);
                    assertEquals(0, stalls.stopped(), seen);
                    assertTrue(longest <= WriteThrottle.LONGEST_WAIT_NANOS, seen);
                    assertTrue(longest * 10 < longestCompaction.get(), seen);
                } catch (RuntimeException | AssertionError e) {
                    failure.set(e); // a flow that ends by it would not be missed
                }
            });
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
        });
    }

    /** The longest write. */
    private static long load(Engine engine, VirtualTime time, TestWorld.Seeded random, long total) {
        long longest = 0;
        for (long put = 0; put < total; put += ENTRY_BYTES * BATCH) {
            WriteBatch batch = new WriteBatch();
            for (int i = 0; i < BATCH; i++) {
                byte[] value = new byte[VALUE_BYTES];
                for (int at = 0; at < VALUE_BYTES; at++) {
                    value[at] = (byte) random.nextLong();
                }
                batch.put(Family.WRITE, TestWorld.b(String.format("%016x", random.nextLong())), value);
            }
            long before = time.monotonicNanos();
            engine.write(batch, Durability.BUFFERED);
            longest = Math.max(longest, time.monotonicNanos() - before);
            time.pause(ENTRY_BYTES * BATCH * 1_000_000_000L / WRITER_BYTES_PER_SECOND);
        }
        return longest;
    }
}
