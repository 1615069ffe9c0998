package io.nokv.raft.core;

import java.util.ArrayList;
import java.util.List;

/** The term of every entry of a log, as runs: a few numbers per election. Not thread-safe. */
final class Terms {
    /** Answer for an index that is compacted or lies beyond the end. */
    static final long UNKNOWN = -1;

    private final List<LogShape.Run> runs;
    private long baseIndex;
    private long baseTerm;
    private long lastIndex;

    Terms(LogShape shape) {
        this.runs = new ArrayList<>(shape.runs());
        this.baseIndex = shape.baseIndex();
        this.baseTerm = shape.baseTerm();
        this.lastIndex = shape.lastIndex();
    }

    long baseIndex() {
        return baseIndex;
    }

    long lastIndex() {
        return lastIndex;
    }

    long lastTerm() {
        return runs.isEmpty() ? baseTerm : runs.getLast().term();
    }

    /** The term of the entry at {@code index}, also of the last compacted one; {@link #UNKNOWN} elsewhere. */
    long at(long index) {
        if (index == baseIndex) {
            return baseTerm;
        }
        return index < baseIndex || index > lastIndex ? UNKNOWN : runs.get(runOf(index)).term();
    }

    /** Which run holds {@code index}, which lies in the log. Searches from the end: that is where questions are. */
    private int runOf(long index) {
        int at = runs.size() - 1;
        while (runs.get(at).firstIndex() > index) {
            at--;
        }
        return at;
    }

    /**
     * The highest index up to {@code index} whose term is at most {@code term}; the last compacted index when no entry's
     * is; {@code index} itself when that is compacted. It is where two logs can still agree: an entry of a later term
     * than the other side has there cannot match.
     */
    long lastAtMost(long index, long term) {
        if (index < baseIndex) {
            return index;
        }
        long at = Math.min(index, lastIndex);
        while (at > baseIndex) {
            LogShape.Run run = runs.get(runOf(at));
            if (run.term() <= term) {
                return at;
            }
            at = run.firstIndex() - 1;
        }
        return baseIndex;
    }

    void append(long index, long term) {
        if (runs.isEmpty() || runs.getLast().term() != term) {
            runs.add(new LogShape.Run(index, term));
        }
        lastIndex = index;
    }

    /** Forgets everything from {@code index} on. */
    void cut(long index) {
        while (!runs.isEmpty() && runs.getLast().firstIndex() >= index) {
            runs.removeLast();
        }
        lastIndex = index - 1;
    }

    /** Forgets everything up to {@code index}, which lies in the log. */
    void compact(long index) {
        baseTerm = at(index);
        baseIndex = index;
        while (!runs.isEmpty() && (runs.size() > 1 ? runs.get(1).firstIndex() : lastIndex + 1) <= index + 1) {
            runs.removeFirst();
        }
    }

    /** Starts over after a snapshot. */
    void reset(long index, long term) {
        runs.clear();
        baseIndex = index;
        baseTerm = term;
        lastIndex = index;
    }
}
