package io.nokv.raft.store;

import io.nokv.base.port.Promise;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.ReadOutcome.Confirmed;
import io.nokv.raft.core.ReadOutcome.Lost;
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

    private record Read(long index, Promise<ReadOutcome> promise) {}

    /** Ascending by index. */
    private final ArrayDeque<Proposal> proposals = new ArrayDeque<>(0);
    private final Map<Long, Promise<ReadOutcome>> asked = new HashMap<>(0);
    /** Wait for the state machine; ascending by index. */
    private final ArrayDeque<Read> confirmed = new ArrayDeque<>(0);
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
    long asked(Promise<ReadOutcome> promise) {
        asked.put(++contexts, promise);
        return contexts;
    }

    /** The read asked with {@code context} is decided otherwise. */
    void forget(long context) {
        asked.remove(context);
    }

    void waitFor(long index, Promise<ReadOutcome> promise) {
        confirmed.add(new Read(index, promise));
    }

    void decided(io.nokv.raft.core.ReadOutcome outcome, RegionRefusal lost) {
        Promise<ReadOutcome> promise = asked.remove(outcome.context());
        if (promise != null) {
            switch (outcome) {
                case Confirmed(_, long index) -> waitFor(index, promise);
                case Lost _ -> promise.complete(new ReadOutcome.Refused(lost));
            }
        }
    }

    /** Answers reads that need no more than {@code applied}. */
    int serve(long applied, ReadPermission permission) {
        int count = 0;
        while (!confirmed.isEmpty() && confirmed.peek().index <= applied) {
            confirmed.poll().promise.complete(new ReadOutcome.Permitted(permission));
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
        List<Promise<ReadOutcome>> waiting = List.copyOf(asked.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue).toList());
        asked.clear();
        waiting.forEach(promise -> promise.complete(new ReadOutcome.Refused(why)));
        while (!confirmed.isEmpty()) {
            confirmed.poll().promise.complete(new ReadOutcome.Refused(why));
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
