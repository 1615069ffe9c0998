package io.nokv.raft.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The outline of a persisted log: where it begins and ends, the term of every entry, and where the membership changes
 * are. It is what a replica keeps in memory of entries it does not hold; its size grows with elections, not with
 * entries.
 *
 * @param baseIndex everything up to here was compacted; 0: nothing
 * @param baseTerm the term of the entry at {@code baseIndex}
 * @param runs stretches of one term, ascending, from {@code baseIndex + 1} without gaps
 * @param lastIndex the end of the last run; {@code baseIndex} when there is none
 * @param changes indexes of the entries that change the membership, ascending
 */
public record LogShape(long baseIndex, long baseTerm, List<Run> runs, long lastIndex, List<Long> changes) {
    /** Entries from {@code firstIndex} to the next run are of {@code term}. */
    public record Run(long firstIndex, long term) {}

    /** A log without entries. */
    public static final LogShape EMPTY = new LogShape(0, 0, List.of(), 0, List.of());

    public LogShape {
        runs = List.copyOf(runs);
        changes = List.copyOf(changes);
    }

    /** The outline of a log that begins after (baseIndex, baseTerm) and holds {@code entries}. */
    public static LogShape of(long baseIndex, long baseTerm, Iterable<Entry> entries) {
        List<Run> runs = new ArrayList<>();
        List<Long> changes = new ArrayList<>();
        long last = baseIndex;
        for (Entry entry : entries) {
            if (runs.isEmpty() || runs.getLast().term != entry.term()) {
                runs.add(new Run(entry.index(), entry.term()));
            }
            if (entry.kind() == Entry.Kind.CHANGE) {
                changes.add(entry.index());
            }
            last = entry.index();
        }
        return new LogShape(baseIndex, baseTerm, runs, last, changes);
    }
}
