package io.nokv.sim.raft;

import io.nokv.raft.core.Entry;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Replica;
import io.nokv.raft.core.Status;
import java.util.Arrays;
import java.util.TreeMap;

/** The properties of figure 3, watched over all replicas of a run at every step. */
final class RaftRules {
    private record Place(long index, long term) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byIndex = Long.compare(index, other.index);
            return byIndex != 0 ? byIndex : Long.compare(term, other.term);
        }
    }

    private record Content(long previousTerm, int hash) {}

    /** @param seenInTerm of the replica that first knew it to be committed */
    private record Committed(long term, long seenInTerm) {}

    private final TreeMap<Long, Long> leaders = new TreeMap<>();
    private final TreeMap<Place, Content> entries = new TreeMap<>();
    private final TreeMap<Long, Committed> committed = new TreeMap<>();
    private final TreeMap<Long, Long> chains = new TreeMap<>();
    private final long uncommittedBytes;

    RaftRules(long uncommittedBytes) {
        this.uncommittedBytes = uncommittedBytes;
    }

    int elections() {
        return leaders.size();
    }

    long committedIndex() {
        return committed.isEmpty() ? 0 : committed.lastKey();
    }

    private static void rule(boolean holds, String name, Object what) {
        if (!holds) {
            throw new AssertionError(name + " is broken: " + what);
        }
    }

    /** {@code ready} came out of {@code replica}. */
    void ready(Replica replica, Ready ready) {
        for (Entry entry : ready.entries()) {
            Content content = new Content(replica.termAt(entry.index() - 1), Arrays.hashCode(entry.data()));
            Content known = entries.putIfAbsent(new Place(entry.index(), entry.term()), content);
            rule(known == null || known.equals(content), "log matching",
                    "two entries " + entry + " of different content or past: " + known + " and " + content);
        }
    }

    /** {@code replica} did something; it had committed up to {@code before}. */
    void step(Replica replica, long before) {
        Status now = replica.status();
        for (long index = Math.max(before + 1, now.firstIndex()); index <= now.committed(); index++) {
            long term = replica.termAt(index);
            Committed first = committed.putIfAbsent(index, new Committed(term, now.term()));
            rule(first == null || first.term == term, "state-machine safety",
                    "replica " + now.id() + " commits " + term + "/" + index + ", another one " + first);
        }
        if (now.isLeader()) {
            Long other = leaders.putIfAbsent(now.term(), now.id());
            rule(other == null || other == now.id(), "election safety",
                    now.id() + " and " + other + " lead in term " + now.term());
            if (other == null) {
                leads(replica, now);
            }
            rule(now.uncommittedBytes() <= uncommittedBytes + 4_096, "bounded memory", now);
        }
    }

    private void leads(Replica replica, Status now) {
        committed.tailMap(now.firstIndex()).forEach((index, entry) -> rule(
                entry.seenInTerm >= now.term() || replica.termAt(index) == entry.term, "leader completeness",
                "the leader of term " + now.term() + ", replica " + now.id() + ", has " + replica.termAt(index)
                        + " at " + index + ", where " + entry + " is committed"));
    }

    /** The state machine of {@code replica} has applied everything up to {@code index}. */
    void applied(long replica, long index, long chain) {
        Long first = chains.putIfAbsent(index, chain);
        rule(first == null || first == chain, "state-machine safety",
                "replica " + replica + " has another history up to " + index);
    }
}
