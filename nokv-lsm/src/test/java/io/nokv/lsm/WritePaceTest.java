package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.compact.LevelTargets;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How fast tables may be written, on a clock that is only counted. */
class WritePaceTest {
    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000;
    private static final EngineOptions.Levels LEVELS = new EngineOptions.Levels(4, 12, 24, 3, 256 * MIB, 8, 1024 * MIB,
            MIB);

    private static WritePace pace(long bytesPerSecond, boolean adaptive, int levelZeroTables) {
        WritePace pace = new WritePace(new EngineOptions.Compactions(2, 2, MIB, MIB, bytesPerSecond, adaptive),
                LEVELS);
        List<VersionEdit.Added> added = new ArrayList<>();
        for (int i = 1; i <= levelZeroTables; i++) {
            added.add(new VersionEdit.Added(0, new TableMeta(i, MIB, 1, 0, i, i, new byte[]{1}, new byte[]{2})));
        }
        pace.installed(Version.empty().apply(new VersionEdit(added, List.of(), null, 0), _ -> {}),
                LevelTargets.of(new long[Version.LEVELS], 256 * MIB, 8));
        return pace;
    }

    /** What a compaction writes in ten seconds that waits as it is told. */
    private static double written(WritePace pace, long flushBytesPerSecond) {
        long now = SECOND;
        long flushedAt = now;
        long bytes = 0;
        while (now < 11 * SECOND) {
            bytes += MIB;
            now += pace.wrote(now, MIB) + 1_000_000;
            for (; flushBytesPerSecond > 0 && flushedAt < now; flushedAt += SECOND) {
                pace.wrote(now, flushBytesPerSecond);
            }
        }
        return bytes / 10.0 / MIB;
    }

    @Test
    void withoutALimitNobodyWaits() {
        assertEquals(0, pace(0, true, 4).wrote(0, 1000 * MIB));
    }

    @Test
    void compactionsKeepToTheLimit() {
        assertEquals(20, written(pace(20 * MIB, false, 4), 0), 2);
    }

    @Test
    void flushesComeOutOfTheSameBucket() {
        assertEquals(12, written(pace(20 * MIB, false, 4), 8 * MIB), 2);
    }

    @Test
    void adaptiveCompactionsHurryAsTheyLag() {
        assertEquals(80 * MIB / 8, pace(80 * MIB, true, 4).bytesPerSecond());
        assertEquals(40 * MIB, pace(80 * MIB, true, 8).bytesPerSecond());
        assertEquals(80 * MIB, pace(80 * MIB, true, 12).bytesPerSecond());
        assertEquals(80 * MIB, pace(80 * MIB, true, 23).bytesPerSecond());
        assertTrue(written(pace(80 * MIB, true, 4), 0) < written(pace(80 * MIB, true, 8), 0) / 2);
    }
}
