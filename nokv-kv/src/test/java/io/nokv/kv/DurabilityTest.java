package io.nokv.kv;

import static io.nokv.kv.World.get;
import static io.nokv.kv.World.key;
import static io.nokv.kv.World.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.percolator.Mutation;
import io.nokv.lsm.EngineOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody sees what a power loss can take back, and nobody waits for the disk to read. */
class DurabilityTest {
    /** A disk whose syncs wait while it is held, or fail. */
    private static final class HeldDisk extends DelegatingVfs {
        private final Semaphore gate = new Semaphore(Integer.MAX_VALUE);
        private volatile boolean failing;

        HeldDisk(Vfs below) {
            super(below);
        }

        @Override
        void before(Call call) {
            if (call == Call.SYNC) {
                gate.acquireUninterruptibly();
                gate.release();
                if (failing) {
                    throw new NokvException(FailureCode.IO_ERROR, "the disk has failed");
                }
            }
        }

        void hold() {
            gate.drainPermits();
        }

        void release() {
            gate.release(Integer.MAX_VALUE - gate.availablePermits());
        }
    }

    private HeldDisk disk;
    private final World world = new World(1, KvOptions.defaults().withTimestampWindowMillis(60_000),
            EngineOptions.defaults(), below -> {
                disk = new HeldDisk(below);
                return disk;
            });

    @AfterEach
    void close() {
        disk.release();
        world.close();
    }

    private <T> Promise<T> start(Supplier<T> work) {
        Promise<T> promise = world.scheduler().promise();
        world.scheduler().execute("test", () -> {
            try {
                promise.complete(work.get());
            } catch (RuntimeException | Error e) {
                promise.fail(e);
            }
        });
        return promise;
    }

    /** Starts a commit and returns when its writes are in the log, not yet on the disk. */
    private Promise<CommitAnswer> startCommit(Mutation... mutations) {
        long before = world.kv.engine().visibleSequence();
        Timestamp readTs = world.kv.readVersion();
        Promise<CommitAnswer> promise = start(() -> world.kv.commit(readTs, List.of(mutations), null));
        while (world.kv.engine().visibleSequence() == before) {
            Thread.yield();
        }
        return promise;
    }

    @Test
    void aCommitIsSeenWhenItIsDurableNotBefore() {
        world.commit(put("a", "old"));
        disk.hold();
        Promise<CommitAnswer> commit = startCommit(put("a", "new"));
        SnapshotReader before = world.latest();
        assertEquals("old", get(before, "a"), "reading waits for no disk");
        assertFalse(commit.isDone());
        disk.release();
        Timestamp committedAt = World.committed(commit.await());
        assertTrue(world.kv.readVersion().value() >= committedAt.value(), "what is acknowledged is visible");
        assertEquals("new", world.get("a"));
        assertEquals("old", get(before, "a"));
    }

    @Test
    void latchesAreNotHeldAcrossTheDiskSoAddsToOneCounterShareASync() {
        world.commit(new Mutation.Put(key("n"), TestCounters.counter(0), 0));
        disk.hold();
        List<Promise<CommitAnswer>> adds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            adds.add(startCommit(TestCounters.add("n", 1)));
        }
        // All twenty lie in the log, each worked out over the one before, and none is on the disk.
        assertEquals(0, TestCounters.value(world.latest(), "n"));
        disk.release();
        adds.forEach(add -> World.committed(add.await()));
        assertEquals(20, TestCounters.value(world.latest(), "n"));
    }

    @Test
    void aRefusalTellsOfNothingThatAPowerLossCanTakeBack() {
        disk.hold();
        Promise<CommitAnswer> first = startCommit(new Mutation.Insert(key("a"), key("1"), 0));
        Timestamp readTs = world.kv.readVersion();
        Promise<CommitAnswer> second = start(
                () -> world.kv.commit(readTs, List.of(new Mutation.Insert(key("a"), key("2"), 0)), null));
        Promise<CommitAnswer> other = startCommit(put("b", "1"));
        assertFalse(second.isDone(), "that the row is there is not certain yet");
        disk.release();
        World.committed(first.await());
        assertInstanceOf(CommitAnswer.Refused.class, second.await());
        World.committed(other.await());
    }

    @Test
    void whatIsReadAtAVersionNamedByTheCallerWaitsForCommitsBelow() {
        world.commit(put("a", "old"));
        disk.hold();
        Promise<CommitAnswer> commit = startCommit(put("a", "new"));
        world.pass(1_000);
        Timestamp now = world.kv.oracle().current();
        Promise<String> read = start(() -> get(world.kv.readerAt(now), "a"));
        assertTrue(world.kv.readVersion().isBefore(now), "a commit below is under way");
        disk.release();
        World.committed(commit.await());
        assertEquals("new", read.await());
    }

    @Test
    void aLostDiskLeavesTheOutcomeUnknownAndReadersWhereTheyWere() {
        world.commit(put("a", "old"));
        Timestamp before = world.kv.readVersion();
        disk.hold();
        Promise<CommitAnswer> commit = startCommit(put("a", "new"));
        disk.failing = true;
        disk.release();
        assertEquals(FailureCode.UNKNOWN_OUTCOME, assertThrows(NokvException.class, commit::await).code());
        assertEquals("old", world.get("a"));
        assertEquals("old", get(world.kv.readerAt(before), "a"));
        assertThrows(NokvException.class, () -> world.commit(put("b", "1")));
        assertNull(world.get("b"));
        NokvException closing = assertThrows(NokvException.class, world.kv::close);
        assertEquals(FailureCode.READ_ONLY, closing.code(), "closing says that something visible was not made durable");
    }

    @Test
    void anIdleStoresReadVersionMovesWithTheClockAndWritesNothing() {
        world.commit(put("a", "1"));
        long written = world.kv.engine().visibleSequence();
        Timestamp before = world.kv.readVersion();
        world.pass(5);
        Timestamp after = world.kv.readVersion();
        assertEquals(5, after.millis() - before.millis());
        assertEquals(written, world.kv.engine().visibleSequence());
        assertTrue(world.commit(put("a", "2")).isAfter(after));
    }
}
