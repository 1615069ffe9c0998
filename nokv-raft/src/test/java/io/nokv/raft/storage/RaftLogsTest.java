package io.nokv.raft.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    /** A replica that is not here yet votes with an empty log; it knows that when it comes, whatever the log lets go meanwhile. */
    @Test
    void theVoteOfAReplicaThatIsNotHereYetIsKept() {
        open(RaftLogOptions.defaults());
        write(6, ready(new HardState(1, 2, 0), entry(1, 50)));
        assertEquals(HardState.INITIAL, logs.hardState(5));
        assertFalse(logs.hasOnlyVoted(5));
        logs.awaitDurable(logs.vote(5, 7, 2));
        for (long[] refused : new long[][]{{7, 3}, {6, 2}, {6, 3}}) {
            assertEquals(-1, logs.vote(5, refused[0], refused[1]));
        }
        assertTrue(logs.vote(5, 7, 2) > 0, "it says again what it said");
        assertTrue(logs.hasOnlyVoted(5));
        assertFalse(logs.hasOnlyVoted(6));
        for (long index = 1; index <= 300; index++) {
            write(999, ready(new HardState(1, 2, index - 1), entry(index, 3_000)));
            logs.compact(999, index, 1);
        }
        engine.close();
        open(RaftLogOptions.defaults());
        assertTrue(logs.hasOnlyVoted(5));
        assertEquals(-1, logs.vote(5, 7, 3));
        Restored restored = logs.restore(5, 5, 5, MEMBERSHIP);
        assertEquals(new HardState(7, 2, 5), restored.hardState());
        assertEquals(5, restored.log().baseIndex());
        assertFalse(logs.hasOnlyVoted(5));
        // Between that and the replica's first word it may vote once more.
        logs.awaitDurable(logs.vote(5, 8, 3));
        assertEquals(new HardState(8, 3, 5), logs.hardState(5));
        engine.close();
        open(RaftLogOptions.defaults());
        assertEquals(new HardState(8, 3, 5), logs.restore(5, 5, 5, MEMBERSHIP).hardState());
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

    /** Bytes that pass their checksum by chance, or come from a bug: the region is damaged, never half read. */
    @Test
    void recordsThatMakeNoSenseAreDamage() {
        open(RaftLogOptions.defaults());
        TestSeed.check(getClass(), 1, random -> {
            for (int i = 0; i < 3_000; i++) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                int kind = random.nextInt(8);
                RaftLogs victim = new RaftLogs(RaftLogOptions.defaults(), scheduler);
                victim.replayed(new LogPlace(1, 32, 64), kind, 5, bytes, 0, bytes.length);
                assertTrue(kind >= 1 && kind <= 5 || victim.damage(5) != null, "kind " + kind);
                assertEquals(null, victim.damage(6));
            }
        });
    }

    /** The frames check, what one region wrote does not: the others are what they were, and it stays away until it is removed. */
    @Test
    void damageOfOneRegionLeavesTheOthers() {
        TestSeed.check(getClass(), 40, random -> {
            vfs.list("").forEach(this::remove);
            open(RaftLogOptions.defaults());
            for (int index = 1; index <= 4; index++) {
                for (int region = 1; region <= 3; region++) {
                    write(region, ready(new HardState(1, 2, index - 1), entry(index, 20)));
                }
            }
            engine.close();
            int[] left = {random.nextInt(4)};
            assertEquals(1, LogBytes.change(vfs, "data", true, (_, region, payload) -> {
                boolean hit = region == 2 && left[0]-- == 0;
                if (hit) {
                    payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
                }
                return hit;
            }));
            open(RaftLogOptions.defaults());
            String damage = logs.damage(2);
            for (int region : new int[]{1, 3}) {
                assertEquals(null, logs.damage(region));
                assertEquals(new HardState(1, 2, 3), logs.restore(region, 0, 0, MEMBERSHIP).hardState());
                assertEquals(List.of(entry(1, 20), entry(2, 20), entry(3, 20), entry(4, 20)), read(region, 1, 4));
            }
            if (damage == null) {
                // Some bits mean nothing to anybody but the applier.
                engine.close();
                return;
            }
            NokvException refused = assertThrows(NokvException.class, () -> logs.restore(2, 0, 0, MEMBERSHIP));
            assertEquals(FailureCode.CORRUPTION, refused.code());
            assertEquals(-1, logs.vote(2, 9, 3), "it may have voted, and does not know");
            assertFalse(logs.hasOnlyVoted(2));
            // Everything else of it is let go, and it is known again nevertheless.
            for (long index = 1; index <= 300; index++) {
                write(9, ready(new HardState(1, 2, index - 1), entry(index, 3_000)));
                logs.compact(9, index, 1);
            }
            engine.close();
            open(RaftLogOptions.defaults());
            assertEquals(damage, logs.damage(2));
            logs.awaitDurable(logs.remove(2));
            assertEquals(null, logs.damage(2));
            write(2, ready(new HardState(7, 2, 0), entry(1, 20)));
            engine.close();
            open(RaftLogOptions.defaults());
            assertEquals(null, logs.damage(2));
            assertEquals(new HardState(7, 2, 0), logs.restore(2, 0, 0, MEMBERSHIP).hardState());
            engine.close();
        });
        open(RaftLogOptions.defaults());
    }

    private void remove(String path) {
        if (path.equals("data")) {
            vfs.list(path).forEach(name -> vfs.delete(path + "/" + name));
        }
    }

    /** A frame that does not check may be anybody's, a batch of rows among them: nothing opens, and the place is named. */
    @Test
    void damageOfAFrameIsLoudAndNamed() {
        open(RaftLogOptions.defaults());
        for (int index = 1; index <= 4; index++) {
            write(2, ready(new HardState(1, 2, index - 1), entry(index, 20)));
        }
        engine.close();
        int[] left = {2};
        assertEquals(1, LogBytes.change(vfs, "data", false, (_, _, payload) -> {
            payload[5] ^= 4;
            return left[0]-- == 0;
        }));
        NokvException refused = assertThrows(NokvException.class, () -> open(RaftLogOptions.defaults()));
        assertEquals(FailureCode.CORRUPTION, refused.code());
        assertTrue(refused.getMessage().contains(".wal") && refused.getMessage().contains("offset"),
                refused::getMessage);
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
