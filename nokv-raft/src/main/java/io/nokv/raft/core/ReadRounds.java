package io.nokv.raft.core;

import java.util.ArrayDeque;

/**
 * How a leader knows that it still leads. Its heartbeats are numbered; a round that a quorum has answered proves that no
 * other leader had been elected when the round was sent. Two things follow from it:
 *
 * <ul>
 * <li><b>ReadIndex</b> (thesis, 6.4): a read waits for a round sent after it came, and then reads at the commit index of
 * the moment it came.
 * <li><b>Lease</b> (thesis, 6.4.1): for {@link ReplicaOptions#leaseNanos} after the round was <i>sent</i> the members
 * that answered it help nobody else, so reads need no round of their own. The promise of the members, not their election
 * timeout, makes it safe: they keep it after a restart too, and candidates keep it towards themselves.
 * </ul>
 *
 * Neither holds before the leader has committed an entry of its own term: until then its commit index may be too low.
 * The lease ends for good when the leader asks a member to campaign, who then need not keep its promise. It begins anew
 * with every membership: the members that promised may be no quorum of the next one.
 */
final class ReadRounds {
    private record Waiting(long context, long index, long round) {}

    private record Sent(long round, long atNanos) {}

    private final Core core;
    private final Replication replication;
    /** Reads that came before an entry of this term was committed. */
    private final ArrayDeque<Long> early = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    /** Rounds from the confirmed one on. */
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private long round;
    private long confirmed;
    private long confirmedAtNanos;
    /** The first round the lease may rest on. */
    private long leaseFrom = 1;
    private boolean leaseGivenUp;
    private boolean due = true;

    ReadRounds(Core core, Replication replication) {
        this.core = core;
        this.replication = replication;
        this.confirmedAtNanos = core.nowNanos();
    }

    private boolean isReady() {
        return core.log.termAt(core.log.committed()) == core.term();
    }

    ReadAdmission admit(long context, boolean byLease) {
        if (byLease && isReady() && isLeaseValid()) {
            return new ReadAdmission.Now(core.log.committed());
        }
        int many = early.size() + waiting.size();
        if (many >= core.options.budgets().reads()) {
            return new ReadAdmission.Overloaded(many);
        }
        if (isReady()) {
            await(context);
        } else {
            early.add(context);
        }
        return new ReadAdmission.Pending();
    }

    private void await(long context) {
        waiting.add(new Waiting(context, core.log.committed(), round + 1));
        due = true;
    }

    /** Until when reads need no round; a time that has passed when they need one. */
    long leaseEndsNanos() {
        return isReady() && !leaseGivenUp && confirmed >= leaseFrom
                ? confirmedAtNanos + core.rules.leaseNanos(core.options)
                : core.nowNanos();
    }

    private boolean isLeaseValid() {
        return !leaseGivenUp && confirmed >= leaseFrom
                && core.nowNanos() - confirmedAtNanos < core.rules.leaseNanos(core.options);
    }

    /** True when a quorum, or the election, showed within the length of a promise that this is the leader. */
    boolean isRecentlyConfirmed() {
        return core.nowNanos() - confirmedAtNanos < core.options.promiseNanos();
    }

    void giveUpLease() {
        leaseGivenUp = true;
    }

    /** A heartbeat goes out with the next Ready. */
    void beat() {
        due = true;
    }

    boolean hasWaiting() {
        return !early.isEmpty() || !waiting.isEmpty();
    }

    void flush() {
        if (due) {
            due = false;
            sent.add(new Sent(++round, core.nowNanos()));
            replication.heartbeat(round);
            confirm();
        }
    }

    void committed() {
        if (isReady()) {
            early.forEach(this::await);
            early.clear();
        }
    }

    void membershipChanged() {
        leaseFrom = round + 1;
        confirm();
    }

    /** Somebody answered a round. */
    void confirm() {
        long agreed = core.membership().quorum()
                .agreed(id -> id == core.id ? round : replication.of(id).ackedRound());
        if (agreed <= confirmed) {
            return;
        }
        confirmed = agreed;
        while (sent.peek().round < confirmed) {
            sent.poll();
        }
        confirmedAtNanos = sent.peek().atNanos;
        while (!waiting.isEmpty() && waiting.peek().round <= confirmed) {
            Waiting read = waiting.poll();
            core.decided(new ReadOutcome.Confirmed(read.context, read.index));
        }
    }

    /** The leader leads no more. */
    void ended() {
        waiting.forEach(read -> core.decided(new ReadOutcome.Lost(read.context)));
        early.forEach(context -> core.decided(new ReadOutcome.Lost(context)));
    }
}
