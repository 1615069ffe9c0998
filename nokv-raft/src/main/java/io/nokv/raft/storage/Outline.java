package io.nokv.raft.storage;

import io.nokv.raft.core.Entry;
import io.nokv.raft.core.LogShape;
import java.util.ArrayList;
import java.util.List;

/** Which terms a log has where, and where the membership changes. Its size grows with elections. Not thread-safe. */
final class Outline {
    private final ArrayList<LogShape.Run> runs = new ArrayList<>(1);
    private final ArrayList<Long> changes = new ArrayList<>(0);
    private long last;

    /** The outline of a log without entries that begins after {@code base}. */
    Outline(long base) {
        this.last = base;
    }

    long last() {
        return last;
    }

    void append(Entry entry) {
        if (runs.isEmpty() || runs.getLast().term() != entry.term()) {
            runs.add(new LogShape.Run(entry.index(), entry.term()));
        }
        if (entry.kind() == Entry.Kind.CHANGE) {
            changes.add(entry.index());
        }
        last = entry.index();
    }

    /** Drops everything from {@code index} on. */
    void cut(long index) {
        runs.removeIf(run -> run.firstIndex() >= index);
        changes.removeIf(change -> change >= index);
        last = Math.min(last, index - 1);
    }

    /** Drops everything up to {@code index}. */
    void compact(long index) {
        while (!runs.isEmpty() && (runs.size() > 1 ? runs.get(1).firstIndex() : last + 1) <= index + 1) {
            runs.removeFirst();
        }
        if (!runs.isEmpty() && runs.getFirst().firstIndex() <= index) {
            runs.set(0, new LogShape.Run(index + 1, runs.getFirst().term()));
        }
        changes.removeIf(change -> change <= index);
        last = Math.max(last, index);
    }

    /** The term of the entry at {@code index}; -1 when it has none there. */
    long termAt(long index) {
        if (index > last) {
            return -1;
        }
        for (int i = runs.size() - 1; i >= 0; i--) {
            if (runs.get(i).firstIndex() <= index) {
                return runs.get(i).term();
            }
        }
        return -1;
    }

    LogShape shape(long baseIndex, long baseTerm) {
        return new LogShape(baseIndex, baseTerm, List.copyOf(runs), last, List.copyOf(changes));
    }
}
