package io.nokv.kv;

import static io.nokv.kv.World.done;
import static io.nokv.kv.World.get;
import static io.nokv.kv.World.key;
import static io.nokv.kv.World.put;
import static io.nokv.kv.World.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.client.RowScan;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.percolator.Commit;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.percolator.Prewrite;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers and writers that meet the locks of a client that stopped in the middle of its two-phase commit. */
class LockedReadsTest {
    private final World world = new World();

    @BeforeEach
    void twoRegions() {
        world.kv.split(key("m"), 2);
        world.commit(put("a", "old"), put("z", "old"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Timestamp prewrite(Timestamp startTs, String primary, String... keys) {
        for (String key : keys) {
            assertInstanceOf(Prewrite.Outcome.Prewritten.class,
                    done(world.kv.store().prewrite(world.region(key), new Prewrite.Request(key(primary), startTs,
                            startTs, 3_000, List.of(new Mutation.Put(key(key), key("new"), 0))))));
        }
        return startTs;
    }

    private Timestamp startTs() {
        return world.kv.oracle().next();
    }

    private Commit.Outcome commitPrimary(String primary, Timestamp startTs, Timestamp commitTs) {
        return done(world.kv.store().commit(world.region(primary),
                new Commit.Request(List.of(key(primary)), startTs, commitTs)));
    }

    @Test
    void aReaderPassesALivingTransactionWhichThenCommitsAboveIt() {
        Timestamp start = prewrite(startTs(), "a", "a", "z");
        world.pass(1);
        SnapshotReader reader = world.latest();
        assertEquals("old", get(reader, "a"));
        assertEquals("old", get(reader, "z"));
        assertEquals(List.of("a=old", "z=old"), rows(reader, false));

        Commit.Outcome.TooEarly early = assertInstanceOf(Commit.Outcome.TooEarly.class,
                commitPrimary("a", start, reader.at()));
        assertTrue(early.minCommitTs().isAfter(reader.at()));
        assertInstanceOf(Commit.Outcome.Committed.class, commitPrimary("a", start, startTs()));
        assertEquals("old", get(reader, "a"));
        assertEquals("old", get(reader, "z"), "the secondary is still locked, the primary committed above");
        assertEquals("new", world.get("z"), "a later reader commits the secondary");
        assertEquals(0, world.kv.lockCount());
    }

    @Test
    void aPrewrittenNewKeyIsNotInvisibleToScans() {
        Timestamp start = prewrite(startTs(), "n1", "n1", "n2");
        assertInstanceOf(Commit.Outcome.Committed.class, commitPrimary("n1", start, startTs()));
        assertEquals(1, world.kv.lockCount(), "n2 has a lock and no version yet");
        assertEquals(List.of("a=old", "n1=new", "n2=new", "z=old"), rows(world.latest(), false));
    }

    @Test
    void scansInReverseDealWithLocksToo() {
        Timestamp start = prewrite(startTs(), "n1", "n1", "n2");
        assertInstanceOf(Commit.Outcome.Committed.class, commitPrimary("n1", start, startTs()));
        assertEquals(List.of("z=old", "n2=new", "n1=new", "a=old"), rows(world.latest(), true));
    }

    @Test
    void locksOfADeadClientAreRolledBackByReaders() {
        prewrite(startTs(), "a", "a", "z");
        world.pass(3_001);
        assertEquals(List.of("a=old", "z=old"), rows(world.latest(), false));
        assertEquals(0, world.kv.lockCount());
    }

    @Test
    void aSecondaryWhosePrimaryNeverCameIsRolledBackWhenItsTimeIsOver() {
        Timestamp start = prewrite(startTs(), "a", "z");
        world.pass(3_001);
        assertEquals("old", world.get("z"));
        assertEquals(0, world.kv.lockCount());
        assertInstanceOf(Prewrite.Outcome.RolledBack.class,
                done(world.kv.store().prewrite(world.region("a"), new Prewrite.Request(key("a"), start, start, 3_000,
                        List.of(new Mutation.Put(key("a"), key("late"), 0))))),
                "the late primary is barred");
    }

    @Test
    void aWriterResolvesWhatADeadClientLeftAndWaitsForALivingOneOnlySoLong() {
        Timestamp start = prewrite(startTs(), "a", "a", "z");
        assertInstanceOf(CommitAnswer.Busy.class,
                world.kv.commit(world.kv.readVersion(), List.of(put("z", "mine")), null));
        world.pass(3_001);
        world.commit(put("z", "mine"));
        assertInstanceOf(Commit.Outcome.RolledBack.class, commitPrimary("a", start, startTs()));
        assertEquals(List.of("a=old", "z=mine"), rows(world.latest(), false));
    }

    @Test
    void locksSurviveARestartAndAreFoundAgain() {
        Timestamp start = prewrite(startTs(), "a", "a", "z");
        commitPrimary("a", start, startTs());
        world.losePower();
        assertEquals(1, world.kv.lockCount());
        assertEquals(List.of("a=new", "z=new"), rows(world.latest(), false));
    }

    @Test
    void anOldReaderIsNotHeldUpByNewerTransactions() {
        SnapshotReader before = world.latest();
        prewrite(startTs(), "a", "a", "z");
        assertEquals(List.of("z=old", "a=old"), rows(before, true));
        assertEquals("old", text(before, "a"));
        assertNull(before.get(key("n")));
    }

    private static String text(SnapshotReader reader, String key) {
        return World.text(reader.multiGet(List.of(key(key))).getFirst().value());
    }

    @Test
    void aScanLeavesNothingOutAndAddsNothingAcrossRegionsThatSplitMeanwhile() {
        List<String> expected = new ArrayList<>(List.of("a=old"));
        for (int i = 10; i < 60; i++) {
            world.commit(put("k" + i, "x"));
            expected.add("k" + i + "=x");
        }
        expected.add("z=old");
        SnapshotReader reader = world.latest();
        try (RowScan scan = reader.scan(new byte[0], null, false)) {
            List<String> seen = new ArrayList<>();
            for (int i = 0; scan.next(); i++) {
                seen.add(World.text(scan.key()) + "=" + World.text(scan.value()));
                if (i == 20) {
                    world.kv.split(key("k35"), 3);
                    world.kv.split(key("y"), 4);
                }
            }
            assertEquals(expected, seen);
        }
        assertEquals(expected, rows(reader, false));
        assertEquals(expected.reversed(), rows(reader, true));
    }
}
