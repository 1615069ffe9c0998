package io.nokv.kv;

import static io.nokv.kv.World.key;
import static io.nokv.kv.World.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.lsm.EngineOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The power goes at every write and sync of commits over three regions: all or nothing, and nothing acknowledged is lost. */
class TwoPhaseCrashTest {
    private static final int COMMITS = 6;

    /** Cuts the power before the n-th changing call from when it is armed. */
    private static final class CutDisk extends DelegatingVfs {
        private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        private volatile World world;

        CutDisk(Vfs below) {
            super(below);
        }

        @Override
        void before(Call call) {
            if (left.decrementAndGet() == 0) {
                world.disk.crash(world.entropy());
                throw new NokvException(FailureCode.IO_ERROR, "the power is gone");
            }
        }
    }

    @Test
    void everyCutLeavesAllOrNothing() {
        long seed = Long.getLong("nokv.seed", System.nanoTime());
        int cut = 1;
        while (runWithCut(cut, seed + cut, "cut " + cut + ", -Dnokv.seed=" + seed)) {
            cut++;
        }
        assertTrue(cut > 5 * COMMITS, "every commit was cut at several places, not only " + cut + " cuts in all");
    }

    /** False when the run came to its end before the cut. */
    private static boolean runWithCut(int cut, long seed, String where) {
        CutDisk[] disk = new CutDisk[1];
        World world = new World(seed, KvOptions.defaults(), EngineOptions.defaults(), below -> {
            disk[0] = new CutDisk(below);
            return disk[0];
        });
        disk[0].world = world;
        world.kv.split(key("h"), 2);
        world.kv.split(key("p"), 3);
        world.commit(put("a", "0"), put("k", "0"), put("z", "0"));
        disk[0].left.set(cut);
        int acknowledged = 0;
        try {
            for (int i = 1; i <= COMMITS; i++) {
                String value = Integer.toString(i);
                CommitAnswer answer = world.kv.commit(world.kv.readVersion(),
                        List.of(put("a", value), put("k", value), put("z", value), put("new" + i, value)), null);
                World.committed(answer);
                acknowledged = i;
            }
            world.kv.awaitBackground();
        } catch (NokvException e) {
            // The cut; what was under way may have committed or not.
        }
        boolean reached = disk[0].left.get() <= 0;
        disk[0].left.set(Integer.MAX_VALUE);
        if (reached) {
            world.kv.awaitBackground();
            world.open();
        }
        // Whoever wrote before the cut is gone, and his locks stand no longer.
        world.pass(10_000);
        List<String> rows = World.rows(world.latest(), false);
        int found = Integer.parseInt(world.get("a"));
        assertTrue(found == acknowledged || found == acknowledged + 1, found + " after " + acknowledged + ", " + where);
        assertEquals(3 + found, rows.size(), rows + ", " + where);
        assertEquals(Integer.toString(found), world.get("k"), where);
        assertEquals(Integer.toString(found), world.get("z"), where);
        assertEquals(rows.reversed(), World.rows(world.latest(), true), where);
        world.commit(put("a", "after"), put("z", "after"));
        assertEquals("after", world.get("z"), where);
        assertEquals(0, world.kv.lockCount(), where);
        world.close();
        return reached;
    }
}
