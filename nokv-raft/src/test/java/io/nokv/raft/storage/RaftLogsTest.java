package io.nokv.raft.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.wal.LogLimits;
import io.nokv.lsm.wal.LogPlace;
import io.nokv.raft.TestSeed;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Restored;
import io.nokv.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the owner of many replicas sees of their logs. Crashes are in the simulator. */
class RaftLogsTest {
    private static final int SEGMENT = 64 << 10;
    private static final Membership MEMBERSHIP = Membership.of(1, 2, 3);

    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final MemVfs vfs = new MemVfs();
    private final Semaphore fetched = new Semaphore(0);
    private RaftLogs logs;
    private Engine engine;

    @AfterEach
    void stop() {
        engine.close();
        scheduler.close();
    }

    private void open(RaftLogOptions options) {
        LogLimits limits = new LogLimits(4 * SEGMENT, 64 * SEGMENT, 10_000_000_000L, 1_000_000_000L, 1_000_000_000L);
        logs = new RaftLogs(options, scheduler);
        engine = Engine.open("data", EngineOptions.tiny().withMemtableBytes(1 << 20)
                .withLog(new EngineOptions.Log(SEGMENT, 1 << 20, limits, List.of(logs))),
                new Ports(new SystemClock(), new SystemEntropy(), scheduler, vfs));
        logs.open(engine, new RaftLogs.Listener() {
            @Override
            public void fetched(long region) {
                fetched.release();
            }

            @Override
            public void compactionWanted(long region) {}

            @Override
            public void failed(long region, RuntimeException cause) {
                throw new AssertionError(cause);
            }
        });
    }

    private static Ready ready(HardState state, Entry... entries) {
        return new Ready(1, state, null, List.of(entries), List.of(), List.of(), List.of(), null, List.of(), true);
    }

    private static Entry entry(long index, int bytes) {
        return new Entry(1, index, Entry.Kind.COMMAND, new byte[bytes]);
    }

    private void write(long region, Ready ready) {
        logs.awaitDurable(logs.write(List.of(new RaftLogs.Turn(region, ready))));
    }

    private List<Entry> read(long region, long from, long to) {
        List<Entry> out = new ArrayList<>();
        while (from + out.size() <= to) {
            List<Entry> some = logs.entries(region, from + out.size(), to, Long.MAX_VALUE);
            if (some.isEmpty()) {
                fetched.acquireUninterruptibly();
            }
            out.addAll(some);
        }
        return out;
    }

    @Test
    void entriesComeBackFromTheFileWhenMemoryHasNoRoom() {
        open(new RaftLogOptions(2_000, 1 << 20));
        List<Entry> all = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            all.add(entry(i, i * 10));
            write(7, ready(new HardState(1, 1, i - 1), all.getLast()));
        }
        assertTrue(logs.stats().cachedBytes() <= 2_000, logs.stats()::toString);
        assertEquals(all, read(7, 1, 50));
        assertTrue(logs.stats().fetches() > 30, logs.stats()::toString);
    }

    @Test
    void oneTurnOfAllRegionsIsOneSync() {
        open(RaftLogOptions.defaults());
        long before = engine.stats().log().syncs();
        List<RaftLogs.Turn> turns = new ArrayList<>();
        for (int region = 1; region <= 100; region++) {
            turns.add(new RaftLogs.Turn(region, ready(new HardState(1, 1, 0), entry(1, 20))));
        }
        logs.awaitDurable(logs.write(turns));
        assertEquals(before + 1, engine.stats().log().syncs());
    }

    /** Regions nobody speaks to are written anew where the log grows, instead of keeping its beginning. */
    @Test
    void idleRegionsDoNotKeepTheLog() {
        open(RaftLogOptions.defaults());
        for (int region = 1; region <= 200; region++) {
            write(region, ready(new HardState(1, 2, 0), entry(1, 50)));
        }
        for (long index = 1; index <= 800; index++) {
            write(999, ready(new HardState(1, 2, index - 1), entry(index, 3_000)));
            logs.compact(999, index, 1);
            assertTrue(engine.stats().log().kept().bytes() < 40 * SEGMENT, engine.stats().log()::toString);
        }
        assertTrue(logs.stats().images() >= 200, logs.stats()::toString);
        engine.close();
        open(RaftLogOptions.defaults());
        for (int region = 1; region <= 200; region++) {
            Restored restored = logs.restore(region, 0, 0, MEMBERSHIP);
            assertEquals(new HardState(1, 2, 0), restored.hardState());
            assertEquals(List.of(entry(1, 50)), read(region, 1, 1));
        }
        assertEquals(800, logs.restore(999, 800, 1, MEMBERSHIP).log().baseIndex());
    }

    @Test
    void fiveThousandIdleRegionsTakeLittleMemory() {
        open(new RaftLogOptions(0, 1 << 20));
        long before = used();
        List<RaftLogs.Turn> turns = new ArrayList<>();
        for (int region = 1; region <= 5_000; region++) {
            turns.add(new RaftLogs.Turn(region, ready(new HardState(3, 1, 10), entry(1, 100), entry(2, 100))));
        }
        logs.awaitDurable(logs.write(turns));
        turns.clear();
        long each = (used() - before - (1 << 20)) / 5_000;
        System.out.println("an idle region's log takes " + each + " bytes of heap, and of the files in memory");
        assertTrue(each < 5_000, "an idle region takes " + each + " bytes");
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    @Test
    void aRegionThatWasRemovedStaysAway() {
        open(RaftLogOptions.defaults());
        write(1, ready(new HardState(1, 1, 0), entry(1, 10)));
        write(2, ready(new HardState(1, 1, 0), entry(1, 10)));
        logs.awaitDurable(logs.remove(1));
        engine.close();
        open(RaftLogOptions.defaults());
        assertEquals("[2]", logs.regions().toString());
    }

    /** Bytes that pass their checksum by chance, or come from a bug: refused, never half read. */
    @Test
    void recordsThatMakeNoSenseAreCorruption() {
        open(RaftLogOptions.defaults());
        TestSeed.check(getClass(), 1, random -> {
            for (int i = 0; i < 3_000; i++) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                RaftLogs victim = new RaftLogs(RaftLogOptions.defaults(), scheduler);
                try {
                    victim.replayed(new LogPlace(1, 32, 64), random.nextInt(6), 5, bytes, 0, bytes.length);
                } catch (NokvException e) {
                    assertEquals(FailureCode.CORRUPTION, e.code());
                }
            }
        });
    }

    @Test
    void aGapIsNotWritten() {
        open(RaftLogOptions.defaults());
        write(1, ready(new HardState(1, 1, 0), entry(1, 10)));
        assertThrows(AssertionError.class,
                () -> logs.write(List.of(new RaftLogs.Turn(1, ready(null, entry(3, 10))))));
        engine.close();
        open(RaftLogOptions.defaults());
        assertEquals(1, logs.restore(1, 0, 0, MEMBERSHIP).log().lastIndex());
    }
}
