package io.nokv.kv.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.control.Fence;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.World;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.kv.layout.WriteRecord.Kind;
import io.nokv.lsm.CompactionFilter;
import io.nokv.lsm.Family;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a compaction may drop when the safe point stands at 100. */
class VersionFilterTest {
    private final World world = new World();
    private final VersionFilter filter = new VersionFilter();
    private final SafePoint safePoint = new SafePoint(new Fence() {
        @Override
        public long load() {
            return 100;
        }

        @Override
        public void save(long value) {}
    }, world.scheduler());
    private final List<String> kept = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private CompactionFilter.Pass pass(boolean bottommost) {
        filter.start(safePoint, new GarbageSweeper(world.kv.engine(), safePoint));
        return filter.begin(Family.WRITE, bottommost);
    }

    private void offer(CompactionFilter.Pass pass, String key, Kind kind, long commitTs, boolean isLong) {
        Timestamp commit = new Timestamp(commitTs);
        byte[] value = isLong || kind == Kind.DELETE || kind == Kind.LOCK || kind == Kind.ROLLBACK ? null : new byte[1];
        WriteRecord record = new WriteRecord(kind, commit, commit, 0, commit, isLong, value);
        if (pass.keep(VersionedKey.at(World.key(key), commit), record.encode())) {
            kept.add(key + "@" + commitTs);
        }
    }

    @Test
    void newerVersionsAndTheNewestOldOneStay() {
        CompactionFilter.Pass pass = pass(true);
        offer(pass, "a", Kind.PUT, 120, false);
        offer(pass, "a", Kind.PUT, 101, false);
        offer(pass, "a", Kind.PUT, 100, false);
        offer(pass, "a", Kind.PUT, 99, false);
        offer(pass, "a", Kind.DELETE, 50, false);
        offer(pass, "b", Kind.ADD, 30, false);
        offer(pass, "b", Kind.ADD, 20, false);
        assertEquals(List.of("a@120", "a@101", "a@100", "b@30"), kept);
    }

    @Test
    void evidenceBelowGoesAndHidesNothing() {
        CompactionFilter.Pass pass = pass(true);
        offer(pass, "a", Kind.LOCK, 110, false);
        offer(pass, "a", Kind.ROLLBACK, 90, false);
        offer(pass, "a", Kind.LOCK, 80, false);
        offer(pass, "a", Kind.PUT, 70, false);
        assertEquals(List.of("a@110", "a@70"), kept);
    }

    @Test
    void deletionsAndLongValuesAreLeftToTheSweeper() {
        CompactionFilter.Pass pass = pass(true);
        offer(pass, "a", Kind.DELETE, 90, false);
        offer(pass, "a", Kind.PUT, 80, true);
        offer(pass, "a", Kind.PUT, 70, false);
        assertEquals(List.of("a@90", "a@80"), kept);
    }

    @Test
    void otherFamiliesAreLeftAlone() {
        pass(true);
        assertTrue(filter.begin(Family.DEFAULT, true).keep(new byte[]{1}, new byte[0]));
        assertTrue(filter.begin(Family.LOCAL, true).keep(new byte[]{1}, new byte[0]));
    }
}
