package io.nokv.lsm.compact;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.List;

/**
 * The way of a key range down to its lowest level, in steps that other work goes on beside. One sweep per level in key order:
 * what is written meanwhile joins behind the sweep or above it and is not waited for, so the way has an end under any load. At
 * the lowest level everything is rewritten that was written before the way began. Not thread-safe.
 */
public final class ManualCompaction {
    /** What to do next. */
    public sealed interface Next {
        /** To be carried out. Steps are handed out in order; several may be under way. */
        record Step(Compaction compaction) implements Next {}

        /** A job under way is in the way. */
        record Blocked() implements Next {}

        /** All is done, except for the steps that are under way. */
        record Done() implements Next {}
    }

    private static final Next BLOCKED = new Next.Blocked();
    private static final Next DONE = new Next.Done();

    private final Family family;
    private final Range range;
    private final long upTo;
    private final long writtenSince;
    private final long stepBytes;

    private int level;
    /** On the level of the sweep, all up to the end of this table is done; null at the beginning. */
    private TableMeta swept;

    /**
     * @param upTo the newest sequence number when it was asked for; in tables
     * @param writtenSince numbers of tables from here on were given out after it was asked for
     * @param stepBytes bytes that a step takes out of a level at most, unless a single table is larger
     */
    public ManualCompaction(Family family, Range range, long upTo, long writtenSince, long stepBytes) {
        this.family = family;
        this.range = range;
        this.upTo = upTo;
        this.writtenSince = writtenSince;
        this.stepBytes = stepBytes;
    }

    /** To be asked again when a step is done, or when a job in the way is. */
    public Next next(Version version, RunningJobs running, LevelPicker picker) {
        int base = picker.targets(version).base();
        while (level < Version.LEVELS) {
            if (level == 0) {
                List<TableHandle> old = version.overlapping(0, family, range).stream()
                        .filter(t -> t.meta().minSequence() <= upTo).toList();
                if (!old.isEmpty()) {
                    return fromLevelZero(version, running, base, old);
                }
            } else {
                int into = Math.min(Math.max(level + 1, base), LevelTargets.LAST);
                boolean lowest = level >= lowest(version, base);
                List<TableHandle> tables = unswept(version, lowest);
                if (!tables.isEmpty()) {
                    Compaction step = Compaction.of(version, level, tables, lowest ? level : into, true);
                    if (!running.allows(step)) {
                        return BLOCKED;
                    }
                    swept = tables.getLast().meta();
                    return new Next.Step(step);
                }
                if (lowest) {
                    return DONE;
                }
            }
            if (running.touches(level, family, range)) {
                return BLOCKED;
            }
            level++;
            swept = null;
        }
        return DONE;
    }

    /** A step was not carried out: it is handed out again. */
    public void again(Compaction step) {
        if (step.upperLevel() < level) {
            level = step.upperLevel();
            swept = null;
        } else if (level > 0) {
            swept = null;
        }
    }

    private int lowest(Version version, int base) {
        int lowest = base;
        for (int at = base; at < Version.LEVELS; at++) {
            if (!version.overlapping(at, family, range).isEmpty()) {
                lowest = at;
            }
        }
        return lowest;
    }

    private Next fromLevelZero(Version version, RunningJobs running, int base, List<TableHandle> old) {
        for (LevelZeroPicker.Heap heap : new LevelZeroPicker(version, running).heaps()) {
            if (heap.sinkable().stream().anyMatch(old::contains)) {
                Compaction step = Compaction.of(version, 0, heap.sinkable(), base, true);
                if (running.allows(step)) {
                    return new Next.Step(step);
                }
            }
        }
        return BLOCKED;
    }

    /**
     * The first neighbours that the sweep has not come to. At the lowest level those written since are left out, and what lies
     * behind one is for the next step: one output table may span all that it is made of.
     */
    private List<TableHandle> unswept(Version version, boolean lowest) {
        List<TableHandle> rest = version.overlapping(level, family, range).stream()
                .filter(t -> swept == null || swept.endsBefore(t.meta().smallest()))
                .dropWhile(t -> lowest && t.meta().number() >= writtenSince).toList();
        long bytes = 0;
        int count = 0;
        for (TableHandle table : rest) {
            bytes += table.meta().bytes();
            if (lowest && table.meta().number() >= writtenSince || count > 0 && bytes > stepBytes) {
                break;
            }
            count++;
        }
        return rest.subList(0, count);
    }
}
