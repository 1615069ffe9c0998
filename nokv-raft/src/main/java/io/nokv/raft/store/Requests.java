package io.nokv.raft.store;

import io.nokv.base.port.Promise;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.ReadOutcome.Confirmed;
import io.nokv.raft.core.ReadOutcome.Lost;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionRefusal;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who waits for what at one replica: proposals by index and term, reads by the index they need. Used by the region's loop alone.
 * A promise is settled once, whoever comes first.
 */
final class Requests {
    /** What a proposer waits for; {@code settled} gets the outcome. */
    record Proposal(long index, long term, long deadlineTick, Promise<ProposalOutcome> promise) {
        void unknown(String why) {
            promise.complete(new ProposalOutcome.Unknown(why));
        }
    }

    /** @param version of the region that the reader was routed by */
    record Read(long version, Promise<ReadOutcome> promise) {}

    private record Waiting(long index, Read read) {}

    /** Ascending by index. */
    private final ArrayDeque<Proposal> proposals = new ArrayDeque<>(0);
    private final Map<Long, Read> asked = new HashMap<>(0);
    /** Wait for the state machine; ascending by index. */
    private final ArrayDeque<Waiting> confirmed = new ArrayDeque<>(0);
    private long contexts;

    boolean isEmpty() {
        return proposals.isEmpty() && asked.isEmpty() && confirmed.isEmpty();
    }

    // ---- proposals -----------------------------------------------------------------------------------------------

    void proposed(Proposal proposal) {
        while (!proposals.isEmpty() && proposals.peekLast().index >= proposal.index) {
            proposals.pollLast().unknown("another leader took its place in the log");
        }
        proposals.add(proposal);
    }

    /** Those of {@code entries}, which are committed, that somebody here waits for: an element for each, or null for none. */
    Proposal[] committed(List<Entry> entries, RegionRefusal lost) {
        Proposal[] out = null;
        long last = entries.getLast().index();
        long first = entries.getFirst().index();
        while (!proposals.isEmpty() && proposals.peek().index <= last) {
            Proposal next = proposals.poll();
            if (next.index < first) {
                next.unknown("it was passed over");
                continue;
            }
            int at = (int) (next.index - first);
            if (entries.get(at).term() == next.term) {
                out = out == null ? new Proposal[entries.size()] : out;
                out[at] = next;
            } else {
                next.promise.complete(new ProposalOutcome.Refused(lost));
            }
        }
        return out;
    }

    /** Ends those whose time is over; how many. */
    int expire(long tick) {
        int count = 0;
        while (!proposals.isEmpty() && proposals.peek().deadlineTick <= tick) {
            proposals.poll().unknown("no quorum answered in time");
            count++;
        }
        return count;
    }

    // ---- reads ---------------------------------------------------------------------------------------------------

    /** What the replica is asked with. */
    long asked(Read read) {
        asked.put(++contexts, read);
        return contexts;
    }

    /** The read asked with {@code context} is decided otherwise. */
    void forget(long context) {
        asked.remove(context);
    }

    void waitFor(long index, Read read) {
        confirmed.add(new Waiting(index, read));
    }

    void decided(io.nokv.raft.core.ReadOutcome outcome, RegionRefusal lost) {
        Read read = asked.remove(outcome.context());
        if (read != null) {
            switch (outcome) {
                case Confirmed(_, long index) -> waitFor(index, read);
                case Lost _ -> read.promise.complete(new ReadOutcome.Refused(lost));
            }
        }
    }

    /**
     * Answers reads that need no more than {@code applied}. One that was routed by another version is refused: what it waited for may be
     * the split that took its key away, and whoever has that now goes on without this replica.
     */
    int serve(long applied, ReadPermission permission) {
        RegionDescriptor now = permission.region();
        int count = 0;
        while (!confirmed.isEmpty() && confirmed.peek().index <= applied) {
            Read read = confirmed.poll().read;
            read.promise.complete(read.version == now.epoch().version()
                    ? new ReadOutcome.Permitted(permission)
                    : new ReadOutcome.Refused(new RegionRefusal.EpochMismatch(List.of(now))));
            count++;
        }
        return count;
    }

    /** Whether a read waits for the state machine. */
    boolean waitsForApplied() {
        return !confirmed.isEmpty();
    }

    boolean hasServable(long applied) {
        return !confirmed.isEmpty() && confirmed.peek().index <= applied;
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /** Reads cannot be answered here any more. */
    void refuseReads(RegionRefusal why) {
        List<Read> waiting = List.copyOf(asked.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue).toList());
        asked.clear();
        waiting.forEach(read -> read.promise.complete(new ReadOutcome.Refused(why)));
        while (!confirmed.isEmpty()) {
            confirmed.poll().read.promise.complete(new ReadOutcome.Refused(why));
        }
    }

    /** The replica is gone: nobody here will hear. */
    void end(String why, RegionRefusal reads) {
        while (!proposals.isEmpty()) {
            proposals.poll().unknown(why);
        }
        refuseReads(reads);
    }
}
