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
 * @param levelZeroBytes bytes in level 0 that make a rewrite worth while, however few tables have them
 * @param baseBytes what the first level below 0 may hold; as many in level 0 make a rewrite worth while, too
 * @param ratio size of a level over the size of the level above it
 */
public record LevelPicker(int levelZeroTables, long levelZeroBytes, long baseBytes, int ratio) {
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
        double zero = Math.max((double) levelZero.idleTables() / levelZeroTables,
                (double) idleBytes(version, 0, running) / Math.min(levelZeroBytes, baseBytes));
        List<Level> urgent = new ArrayList<>();
        if (zero >= 1) {
            urgent.add(new Level(0, zero));
        }
        boolean onlyLevelZero = last && zero >= 0.5;
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
        return onlyLevelZero ? null : garbage(version, targets.base(), running, oldestSnapshot);
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

    /**
     * What is left in level 0 for want of more, to be merged down when nothing else is to be done and nothing more comes; null when
     * there is nothing, when not all tables of a heap can go, or when they would rewrite so many times their own bytes as a level
     * does at most.
     */
    public Compaction leftovers(Version version, RunningJobs running) {
        int base = targets(version).base();
        for (LevelZeroPicker.Heap heap : new LevelZeroPicker(version, running).heaps()) {
            if (!heap.sinkable().isEmpty() && heap.sinkable().size() == heap.tables().size()) {
                Compaction down = Compaction.of(version, 0, heap.sinkable(), base, true);
                if (down.inputBytes() <= (1L + ratio) * down.upperBytes() && running.allows(down)) {
                    return down;
                }
            }
        }
        return null;
    }

    private record Candidate(TableHandle table, double cost) {}

    /**
     * The table whose move down rewrites least for what it achieves: bytes and tombstones moved, and bytes of values that
     * nothing points to any more. The oldest of equals.
     */
    private static Compaction cheapest(Version version, int level, RunningJobs running) {
        List<Candidate> candidates = new ArrayList<>();
        for (TableHandle table : version.level(level)) {
            if (!running.isBusy(table)) {
                TableMeta meta = table.meta();
                List<TableHandle> below = version.overlapping(level + 1, meta.smallest(), meta.largest());
                double achieved = meta.bytes() * (1 + TOMBSTONE_WEIGHT * share(meta))
                        + valuesFreed(meta.entries(), below);
                candidates.add(new Candidate(table, bytes(below) / achieved));
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

    private static long bytes(List<TableHandle> tables) {
        return tables.stream().mapToLong(t -> t.meta().bytes()).sum();
    }

    /**
     * Bytes in value files that nothing would point to any more if each of so many entries took the place of one in
     * {@code below}: at most so many are freed, and when keys are written anew rather than for the first time, as many.
     */
    private static double valuesFreed(long entries, List<TableHandle> below) {
        long values = 0;
        long there = 0;
        for (TableHandle table : below) {
            values += table.meta().valueBytes();
            there += table.meta().entries();
        }
        return values == 0 ? 0 : values * Math.min(1, (double) entries / Math.max(1, there));
    }

    /**
     * The table that is most worth a rewrite although no level is too large: one with too large a share of tombstones, or whose
     * tombstones would free more bytes of values than would be rewritten. It goes a step further down, and at the lowest level,
     * where tombstones are dropped, it is rewritten in place, unless a snapshot still needs what they hide.
     */
    private static Compaction garbage(Version version, int base, RunningJobs running, long oldestSnapshot) {
        Compaction best = null;
        double most = 0;
        for (int level = base; level <= LevelTargets.LAST; level++) {
            for (TableHandle table : version.level(level)) {
                if (table.meta().tombstones() > 0 && !running.isBusy(table)) {
                    boolean needed = table.meta().maxSequence() > oldestSnapshot;
                    double worth = level == LevelTargets.LAST && needed ? 0 : share(table.meta());
                    worth = worth < TOMBSTONES_TOO_MANY ? 0 : worth;
                    if (level < LevelTargets.LAST && !needed && !version.values().isEmpty()) {
                        worth = Math.max(worth, worthOfValues(version, level, table.meta()));
                    }
                    Compaction step = worth <= most
                            ? null
                            : Compaction.of(version, level, List.of(table), Math.min(level + 1, LevelTargets.LAST),
                                    true);
                    if (step != null && running.allows(step)) {
                        best = step;
                        most = worth;
                    }
                }
            }
        }
        return best;
    }

    /** Bytes of values that the table's tombstones free in the level below, over bytes rewritten for it; 0 unless above 1. */
    private static double worthOfValues(Version version, int level, TableMeta table) {
        List<TableHandle> below = version.overlapping(level + 1, table.smallest(), table.largest());
        double worth = valuesFreed(table.tombstones(), below) / (table.bytes() + bytes(below));
        return worth > 1 ? worth : 0;
    }
}
