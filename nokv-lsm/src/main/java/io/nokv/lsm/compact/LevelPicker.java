package io.nokv.lsm.compact;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.List;

/**
 * Decides what to rewrite next; a pure function of a version.
 *
 * @param levelZeroTables tables in level 0 that make a rewrite worth while
 * @param baseBytes what the first level below 0 may hold
 * @param ratio size of a level over the size of the level above it
 */
public record LevelPicker(int levelZeroTables, long baseBytes, int ratio) {
    public LevelTargets targets(Version version) {
        long[] bytes = new long[Version.LEVELS];
        for (int level = 1; level < bytes.length; level++) {
            bytes[level] = version.levelBytes(level);
        }
        return LevelTargets.of(bytes, baseBytes, ratio);
    }

    /** The most urgent rewrite, or null when there is nothing to do. */
    public Compaction pick(Version version) {
        LevelTargets targets = targets(version);
        int best = -1;
        double bestScore = 1;
        if (version.level(0).size() >= levelZeroTables) {
            best = 0;
            bestScore = (double) version.level(0).size() / levelZeroTables;
        }
        for (int level = targets.base(); level < LevelTargets.LAST; level++) {
            double score = (double) version.levelBytes(level) / targets.bytes()[level];
            if (score > bestScore) {
                best = level;
                bestScore = score;
            }
        }
        return switch (best) {
            case -1 -> null;
            case 0 -> Compaction.of(version, 0, version.level(0), targets.base(), true);
            default -> Compaction.of(version, best, List.of(cheapest(version, best)), best + 1, true);
        };
    }

    /** The table whose move down rewrites least per byte moved; the oldest of equals. */
    private static TableHandle cheapest(Version version, int level) {
        TableHandle best = null;
        double bestCost = 0;
        for (TableHandle table : version.level(level)) {
            long below = version.overlapping(level + 1, table.meta().smallest(), table.meta().largest()).stream()
                    .mapToLong(t -> t.meta().bytes()).sum();
            double cost = (double) below / table.meta().bytes();
            if (best == null || cost < bestCost
                    || cost == bestCost && table.meta().number() < best.meta().number()) {
                best = table;
                bestCost = cost;
            }
        }
        return best;
    }

    /**
     * The next step on the way of {@code range} down to its lowest level, or null when it is there and every table of it
     * there was written by number {@code writtenSince} or later.
     */
    public Compaction pickManual(Version version, Family family, Range range, long writtenSince) {
        int base = targets(version).base();
        int lowest = base;
        for (int level = base; level < Version.LEVELS; level++) {
            if (!version.overlapping(level, family, range).isEmpty()) {
                lowest = level;
            }
        }
        if (!version.overlapping(0, family, range).isEmpty()) {
            return Compaction.of(version, 0, version.level(0), base, false);
        }
        for (int level = base; level < lowest; level++) {
            List<TableHandle> tables = version.overlapping(level, family, range);
            if (!tables.isEmpty()) {
                return Compaction.of(version, level, tables, level + 1, false);
            }
        }
        List<TableHandle> old = firstRunOlderThan(writtenSince, version.overlapping(lowest, family, range));
        return old.isEmpty() ? null : Compaction.of(version, lowest, old, lowest, false);
    }

    /**
     * The first neighbours that are all older; what lies behind a younger one is for the next step. One output table may
     * span all that it is made of, so a table left out between two others would overlap it.
     */
    private static List<TableHandle> firstRunOlderThan(long number, List<TableHandle> level) {
        return level.stream().dropWhile(t -> t.meta().number() >= number)
                .takeWhile(t -> t.meta().number() < number).toList();
    }
}
