package io.nokv.lsm.compact;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.version.TableHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The compactions under way, and which others may run beside them. A job stays here until its edit is installed, or until
 * it is given up. Not thread-safe.
 *
 * <p>Two jobs never share a table, and on no level that both touch do their key ranges meet: so the output of each fits
 * whichever is installed first, and entries never pass by older ones. Jobs that stay in level 0 need only the former, given
 * how {@link LevelZeroPicker} chooses tables.
 */
public final class RunningJobs {
    private final List<Compaction> jobs = new ArrayList<>();
    private final Set<Long> tables = new TreeSet<>();

    public void add(Compaction job) {
        jobs.add(job);
        job.inputs().forEach(t -> tables.add(t.meta().number()));
    }

    public void remove(Compaction job) {
        jobs.remove(job);
        job.inputs().forEach(t -> tables.remove(t.meta().number()));
    }

    public int count() {
        return jobs.size();
    }

    boolean isBusy(TableHandle table) {
        return tables.contains(table.meta().number());
    }

    /** Whether {@code job} may run beside all that do. */
    public boolean allows(Compaction job) {
        return job.inputs().stream().noneMatch(this::isBusy) && jobs.stream().noneMatch(r -> conflict(r, job));
    }

    /** Whether a job reads from or writes to {@code level} where it may hold keys of {@code range}. */
    boolean touches(int level, Family family, Range range) {
        return jobs.stream().filter(j -> j.upperLevel() <= level && level <= j.outputLevel())
                .anyMatch(j -> j.tablesFor(level).stream().anyMatch(t -> t.meta().overlaps(family, range)));
    }

    private static boolean conflict(Compaction a, Compaction b) {
        if (a.outputLevel() == 0 || b.outputLevel() == 0) {
            return false;
        }
        int from = Math.max(a.upperLevel(), b.upperLevel());
        int to = Math.min(a.outputLevel(), b.outputLevel());
        for (int level = from; level <= to; level++) {
            if (meet(a.tablesFor(level), b.tablesFor(level))) {
                return true;
            }
        }
        return false;
    }

    private static boolean meet(List<TableHandle> a, List<TableHandle> b) {
        return Arrays.compareUnsigned(Compaction.smallest(a), Compaction.largest(b)) <= 0
                && Arrays.compareUnsigned(Compaction.smallest(b), Compaction.largest(a)) <= 0;
    }
}
