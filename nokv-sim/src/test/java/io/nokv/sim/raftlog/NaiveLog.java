package io.nokv.sim.raftlog;

import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.Ready;
import java.util.ArrayList;
import java.util.List;

/** What one region keeps, with nothing clever about it. Immutable. */
record NaiveLog(Applied applied, HardState hardState, long base, long baseTerm, List<Entry> entries) {
    /** Up to where the state machine is, and the term of that entry. */
    record Applied(long index, long term) {
        static final Applied NOTHING = new Applied(0, 0);
    }

    NaiveLog {
        entries = List.copyOf(entries);
    }

    long last() {
        return base + entries.size();
    }

    long termAt(long index) {
        return index == base ? baseTerm : entries.get((int) (index - base - 1)).term();
    }

    NaiveLog withApplied(Applied changed) {
        return new NaiveLog(changed, hardState, base, baseTerm, entries);
    }

    NaiveLog compacted(long index, long term) {
        return new NaiveLog(applied, hardState, index, term, entries.subList((int) (index - base), entries.size()));
    }

    NaiveLog after(Ready ready) {
        long begins = ready.snapshot() == null ? base : ready.snapshot().index();
        long beginsTerm = ready.snapshot() == null ? baseTerm : ready.snapshot().term();
        List<Entry> all = new ArrayList<>(ready.snapshot() == null ? entries : List.of());
        if (!ready.entries().isEmpty()) {
            int kept = (int) (ready.entries().getFirst().index() - begins - 1);
            all.subList(kept, all.size()).clear();
            all.addAll(ready.entries());
        }
        return new NaiveLog(applied, ready.hardState() == null ? hardState : ready.hardState(), begins, beginsTerm,
                all);
    }

    /** What a replica finds: a state machine that is ahead of the log has a snapshot behind it. */
    NaiveLog afterStart() {
        boolean ahead = last() < applied.index() || base < applied.index() && termAt(applied.index()) != applied.term();
        if (!ahead) {
            return this;
        }
        HardState state = hardState.term() < applied.term()
                ? new HardState(applied.term(), 0, applied.index())
                : new HardState(hardState.term(), hardState.vote(), applied.index());
        return new NaiveLog(applied, state, applied.index(), applied.term(), List.of());
    }
}
