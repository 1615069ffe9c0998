package io.nokv.lsm.compact;

import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides what to rewrite next; a pure function of a version and of what is being rewritten.
 *
 * @param levelZeroTables tables in level 0 that make a rewrite worth while
 * @param baseBytes what the first level below 0 may hold
 * @param ratio size of a level over the size of the level above it
 */
public record LevelPicker(int levelZeroTables, long baseBytes, int ratio) {
    /** A table with so large a share of tombstones is moved on even though its level is not too large. */
    private static final double TOMBSTONES_TOO_MANY = 0.5;
    /** How many times as willingly a table of nothing but tombstones is moved on as one with none. */
    private static final double TOMBSTONE_WEIGHT = 3;

    public LevelTargets targets(Version version) {
        long[] bytes = new long[Version.LEVELS];
        for (int level = 1; level < bytes.length; level++) {
            bytes[level] = version.levelBytes(level);
        }
        return LevelTargets.of(bytes, baseBytes, ratio);
    }

    private record Level(int level, double score) {}

    /** {@link #pick(Version, RunningJobs, boolean, long)} with nothing else under way and no snapshot held. */
    public Compaction pick(Version version) {
        return pick(version, new RunningJobs(), false, Long.MAX_VALUE);
    }

    /**
     * The most urgent rewrite that may run beside those that do, or null when there is none.
     *
     * @param last whether no other could be begun after it: then it is not for a lower level when level 0 will be in need soon
     * @param oldestSnapshot the lowest sequence number that a snapshot holds, or Long.MAX_VALUE
     */
    public Compaction pick(Version version, RunningJobs running, boolean last, long oldestSnapshot) {
        LevelTargets targets = targets(version);
        LevelZeroPicker levelZero = new LevelZeroPicker(version, running);
        int idle = levelZero.idleTables();
        List<Level> urgent = new ArrayList<>();
        if (idle >= levelZeroTables) {
            urgent.add(new Level(0, (double) idle / levelZeroTables));
        }
        boolean onlyLevelZero = last && idle * 2 >= levelZeroTables;
        for (int level = targets.base(); level < LevelTargets.LAST && !onlyLevelZero; level++) {
            double score = (double) idleBytes(version, level, running) / targets.bytes()[level];
            if (score > 1) {
                urgent.add(new Level(level, score));
            }
        }
        urgent.sort(Comparator.comparingDouble((Level l) -> -l.score).thenComparingInt(Level::level));
        for (Level level : urgent) {
            Compaction found = level.level == 0
                    ? fromLevelZero(version, levelZero, targets.base(), running)
                    : cheapest(version, level.level, running);
            if (found != null) {
                return found;
            }
        }
        return onlyLevelZero ? null : tombstones(version, targets.base(), running, oldestSnapshot);
    }

    private static long idleBytes(Version version, int level, RunningJobs running) {
        return version.level(level).stream().filter(t -> !running.isBusy(t)).mapToLong(t -> t.meta().bytes()).sum();
    }

    /** The deepest heap that may go down; else, when that is being waited for, newer tables become one. */
    private Compaction fromLevelZero(Version version, LevelZeroPicker levelZero, int base, RunningJobs running) {
        for (LevelZeroPicker.Heap heap : levelZero.heaps()) {
            if (!heap.sinkable().isEmpty()) {
                Compaction down = Compaction.of(version, 0, heap.sinkable(), base, true);
                if (running.allows(down)) {
                    return down;
                }
            }
        }
        for (LevelZeroPicker.Heap heap : levelZero.heaps()) {
            List<TableHandle> newest = levelZero.newestIdle(heap);
            if (newest.size() >= Math.max(2, levelZeroTables)) {
                return Compaction.of(version, 0, newest, 0, false);
            }
        }
        return null;
    }

    private record Candidate(TableHandle table, double cost) {}

    /** The table whose move down rewrites least per byte and tombstone moved; the oldest of equals. */
    private static Compaction cheapest(Version version, int level, RunningJobs running) {
        List<Candidate> candidates = new ArrayList<>();
        for (TableHandle table : version.level(level)) {
            if (!running.isBusy(table)) {
                TableMeta meta = table.meta();
                long below = version.overlapping(level + 1, meta.smallest(), meta.largest()).stream()
                        .mapToLong(t -> t.meta().bytes()).sum();
                candidates.add(new Candidate(table, below / (meta.bytes() * (1 + TOMBSTONE_WEIGHT * share(meta)))));
            }
        }
        candidates.sort(Comparator.comparingDouble(Candidate::cost).thenComparingLong(c -> c.table.meta().number()));
        for (Candidate candidate : candidates) {
            Compaction down = Compaction.of(version, level, List.of(candidate.table), level + 1, true);
            if (running.allows(down)) {
                return down;
            }
        }
        return null;
    }

    /** The share of tombstones among the entries of a table. */
    private static double share(TableMeta table) {
        return (double) table.tombstones() / Math.max(1, table.entries());
    }

    /**
     * The table with the largest share of tombstones, if that is too large: a step further down, and at the lowest level, where
     * tombstones are dropped, rewritten in place, unless a snapshot still needs them.
     */
    private static Compaction tombstones(Version version, int base, RunningJobs running, long oldestSnapshot) {
        Compaction best = null;
        double most = 0;
        for (int level = base; level <= LevelTargets.LAST; level++) {
            for (TableHandle table : version.level(level)) {
                double share = share(table.meta());
                boolean useful = level < LevelTargets.LAST || table.meta().maxSequence() <= oldestSnapshot;
                if (share >= TOMBSTONES_TOO_MANY && share > most && useful && !running.isBusy(table)) {
                    Compaction step = Compaction.of(version, level, List.of(table),
                            Math.min(level + 1, LevelTargets.LAST), true);
                    if (running.allows(step)) {
                        best = step;
                        most = share;
                    }
                }
            }
        }
        return best;
    }
}
