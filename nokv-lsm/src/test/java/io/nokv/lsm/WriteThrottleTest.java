package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.compact.LevelTargets;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.table.TableMeta;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writers against a compaction that is too slow for them, on a clock that is only counted. */
class WriteThrottleTest {
    private static final long MIB = 1 << 20;
    private static final EngineOptions.Levels LEVELS = new EngineOptions.Levels(4, 12, 24, 3, 256 * MIB, 8, 1024 * MIB,
            MIB);

    private static Version levelZero(int tables) {
        List<VersionEdit.Added> added = new ArrayList<>();
        for (int i = 1; i <= tables; i++) {
            added.add(new VersionEdit.Added(0, new TableMeta(i, MIB, 1, 0, i, i, new byte[]{1}, new byte[]{2})));
        }
        return Version.empty().apply(new VersionEdit(added, List.of(), null, 0), _ -> {});
    }

    private static WriteThrottle at(int tables) {
        WriteThrottle throttle = new WriteThrottle(LEVELS);
        throttle.installed(levelZero(tables), LevelTargets.of(new long[Version.LEVELS], 256 * MIB, 8));
        return throttle;
    }

    @Test
    void nobodyWaitsBeforeThereIsALag() {
        WriteThrottle throttle = at(11);
        for (int i = 0; i < 100; i++) {
            assertEquals(0, throttle.admit(0, 10 * MIB, 1));
        }
    }

    @Test
    void eachTableMoreSlowsDownMore() {
        long before = 0;
        for (int tables = 12; tables < 24; tables++) {
            long wait = at(tables).admit(1_000, 64 << 10, 0);
            assertTrue(wait == 0 || wait > before, "at " + tables + ": " + wait + " after " + before);
            before = wait;
        }
        assertTrue(before > 0);
        assertEquals(WriteThrottle.LONGEST_WAIT_NANOS, at(24).admit(1_000, 100 * MIB, 0));
    }

    @Test
    void memtablesThatWaitSlowDownToWhatFlushesAchieve() {
        WriteThrottle throttle = at(0);
        for (int i = 0; i < 50; i++) {
            throttle.flushes().began(i * 1_000_000_000L);
            throttle.flushes().ended((i + 1) * 1_000_000_000L, MIB);
        }
        assertEquals(0, throttle.admit(0, MIB, 1));
        long wait = throttle.admit(0, MIB / 32, 2);
        assertTrue(wait > 30_000_000 && wait < 33_000_000, "a 32nd of a MiB at 1 MiB/s, not " + wait);
    }

    @Test
    void bytesInDeeperLevelsCountToo() {
        assertEquals(0, WriteThrottle.tableLag(LEVELS, 0, 0, 512 * MIB));
        assertEquals(0.5, WriteThrottle.tableLag(LEVELS, 0, 0, 768 * MIB));
        assertEquals(0.5, WriteThrottle.tableLag(LEVELS, 14, 0, 768 * MIB));
        assertTrue(WriteThrottle.tableLag(LEVELS, 20, 0, 768 * MIB) > 0.5);
        assertTrue(WriteThrottle.tableLag(LEVELS, 1000, 0, 0) < 1);
    }

    @Test
    void fewLargeTablesInLevelZeroCountAsManySmallOnes() {
        EngineOptions.Levels levels = LEVELS.withBytes(100 * MIB, 200 * MIB);
        assertEquals(0, WriteThrottle.tableLag(levels, 1, 100 * MIB, 0));
        assertEquals(0.5, WriteThrottle.tableLag(levels, 1, 150 * MIB, 0));
        assertTrue(WriteThrottle.tableLag(levels, 1, 1000 * MIB, 0) < 1);
        assertTrue(WriteThrottle.tableLag(levels, 22, 150 * MIB, 0) > 0.5);
        NokvException refused = assertThrows(NokvException.class, () -> LEVELS.withBytes(2 * MIB, 2 * MIB));
        assertEquals(FailureCode.INVALID_ARGUMENT, refused.code());
    }

    /** Two at once, each of a MiB in a second: together they do twice as much as one, whenever they begin and end. */
    @Test
    void jobsBesideEachOtherCountTogether() {
        DrainRate staggered = new DrainRate(100 * MIB);
        DrainRate together = new DrainRate(100 * MIB);
        long second = 1_000_000_000;
        for (int i = 0; i < 100; i++) {
            staggered.began(i * second / 2);
            together.began(i / 2 * second);
            if (i > 0) {
                staggered.ended((i + 1) * second / 2, MIB);
            }
            if (i % 2 == 1) {
                together.ended((i / 2 + 1) * second, MIB);
                together.ended((i / 2 + 1) * second, MIB);
            }
        }
        assertEquals(2 * MIB, staggered.bytesPerSecond(), 0.01 * MIB);
        assertEquals(2 * MIB, together.bytesPerSecond(), 0.5 * MIB);
        staggered.ended(200 * second, 0);
        assertEquals(2 * MIB, staggered.bytesPerSecond(), 0.01 * MIB);
    }

    /** Writers that could do ten times what compaction takes end up at what it takes, and never reach the stop. */
    @Test
    void aLoadAboveWhatCompactionTakesSettles() {
        WriteThrottle throttle = new WriteThrottle(LEVELS);
        double drainPerNano = 8.0 * MIB / 1e9;
        long now = 0;
        long written = 0;
        double levelZeroBytes = 0;
        int most = 0;
        long longestWait = 0;
        long batch = 16 << 10;
        long writtenAtHalf = 0;
        long half = 60_000_000_000L;
        while (now < 2 * half) {
            int tables = (int) (levelZeroBytes / MIB);
            throttle.installed(levelZero(tables), LevelTargets.of(new long[Version.LEVELS], 256 * MIB, 8));
            throttle.compactions().began(now);
            throttle.compactions().ended(now + (long) (4 * MIB / drainPerNano), 4 * MIB);
            long wait = throttle.admit(now, batch, 1);
            long taken = wait + (long) (batch / drainPerNano / 10);
            now += taken;
            levelZeroBytes = Math.max(0, levelZeroBytes + batch - taken * drainPerNano);
            written += batch;
            most = Math.max(most, tables);
            longestWait = Math.max(longestWait, wait);
            writtenAtHalf = now < half ? written : writtenAtHalf;
        }
        double settledRate = (written - writtenAtHalf) / (half / 1e9) / MIB;
        assertTrue(settledRate > 7.5 && settledRate < 8.5, () -> settledRate + " MiB/s");
        assertTrue(most < LEVELS.stopAt(), "level 0 had " + most + " tables");
        assertTrue(longestWait < 20_000_000, "a write waited " + longestWait + " ns");
    }
}
