package io.nokv.raft.core;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.Invariant;
import io.nokv.base.port.Entropy;
import io.nokv.raft.membership.ChangeOutcome;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import java.util.ArrayList;
import java.util.List;

/** What the roles of one replica share: persistent and volatile state, the outbox, and the ways from role to role. */
final class Core {
    final long id;
    final ReplicaOptions options;
    final Rules rules;
    final ReplicaLog log;
    private final Entropy entropy;

    private Membership membership;
    /** What holds once the change at {@code nextMembershipIndex} is applied; null when none is being applied. */
    private Membership nextMembership;
    private long nextMembershipIndex;

    private long term;
    private long vote;
    private long leader;
    private Role role;
    private long nowNanos;
    /** When a leader was last heard, or this replica started: it may have promised something before. */
    private long heardAtNanos;

    /** No committed entries are handed out. */
    private boolean heldBack;
    private HardState emitted;
    private long readyNumber;
    private List<Message> outbox = new ArrayList<>();
    private List<Message> outboxAfterPersist = new ArrayList<>();
    private List<ReadOutcome> reads = new ArrayList<>();

    Core(long id, ReplicaOptions options, Rules rules, Entropy entropy, Restored restored, LogSource source,
            long nowNanos) {
        this.id = id;
        this.options = options;
        this.rules = rules;
        this.entropy = entropy;
        this.log = new ReplicaLog(restored, source);
        this.membership = restored.membership();
        this.term = restored.hardState().term();
        this.vote = restored.hardState().vote();
        this.emitted = restored.hardState();
        this.nowNanos = nowNanos;
        this.heardAtNanos = nowNanos;
        this.role = new Follower(this);
    }

    // ---- state ---------------------------------------------------------------------------------------------------

    long term() {
        return term;
    }

    long vote() {
        return vote;
    }

    /** Who leads in this term; 0 when unknown. */
    long leader() {
        return leader;
    }

    Role role() {
        return role;
    }

    Membership membership() {
        return membership;
    }

    long nowNanos() {
        return nowNanos;
    }

    void now(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
    }

    void heardLeader() {
        heardAtNanos = nowNanos;
    }

    void promisedNothing() {
        heardAtNanos = nowNanos - options.promiseNanos();
    }

    /** True while the promise to the leader last heard binds (thesis, 4.2.3 and 6.4.1). */
    boolean isPromiseInForce() {
        return nowNanos - heardAtNanos < options.promiseNanos();
    }

    /** Ticks until a follower or candidate gives up waiting; anew each time. */
    int drawElectionTicks() {
        return options.electionTicks() + entropy.nextInt(options.electionTicks());
    }

    // ---- transitions ---------------------------------------------------------------------------------------------

    /** Follows {@code newLeader} (0: nobody yet) in {@code newTerm}, which is not older than the present one. */
    void becomeFollower(long newTerm, long newLeader) {
        Invariant.check(newTerm >= term, "terms do not go back", newTerm);
        if (newTerm > term) {
            term = newTerm;
            vote = 0;
        }
        leader = newLeader;
        become(new Follower(this));
    }

    /** Asks for votes, or whether it would get them; does nothing when this replica may not lead now. */
    void campaign(Candidate.Kind kind) {
        // An election under a membership that a committed entry has already replaced could elect a second leader.
        if (!membership.isVoter(id) || log.isInstalling() || log.hasUnappliedChange()) {
            return;
        }
        if (kind != Candidate.Kind.PRE) {
            term++;
            vote = id;
        }
        leader = 0;
        Candidate candidate = new Candidate(this, kind);
        become(candidate);
        candidate.ask();
    }

    void becomeLeader() {
        Invariant.check(vote == id, "a leader voted for itself");
        leader = id;
        Leader elected = new Leader(this);
        become(elected);
        elected.begin();
    }

    private void become(Role next) {
        role.ended();
        role = next;
    }

    void voteFor(long candidate) {
        Invariant.check(vote == 0 || vote == candidate, "one vote in a term", vote);
        vote = candidate;
    }

    // ---- the log and the membership ------------------------------------------------------------------------------

    /** The snapshot replaces log, state machine and membership. */
    void restore(Snapshot snapshot) {
        log.restore(snapshot);
        membership = snapshot.membership();
        nextMembership = null;
    }

    void persisted(long number) {
        log.persisted(number);
        role.persisted();
    }

    void applied(long index) {
        log.applied(index);
        if (nextMembership != null && log.applied() >= nextMembershipIndex) {
            membership = nextMembership;
            nextMembership = null;
            if (role instanceof Leader leading) {
                leading.membershipChanged();
            }
        }
        if (role instanceof Leader leading) {
            leading.applied();
        }
    }

    // ---- output --------------------------------------------------------------------------------------------------

    /** Sends what vouches for nothing that could still be lost. */
    void send(Message message) {
        outbox.add(message);
    }

    /** Sends {@code message} once everything up to now is durable. */
    void sendAfterPersist(Message message) {
        outboxAfterPersist.add(message);
    }

    /** Sends an answer that vouches for the present term only. */
    void reply(Message message) {
        if (log.durableHardState().term() == term) {
            send(message);
        } else {
            sendAfterPersist(message);
        }
    }

    void holdBack(boolean on) {
        heldBack = on;
    }

    void decided(ReadOutcome read) {
        reads.add(read);
    }

    /** Null when there is nothing to do. */
    Ready ready() {
        role.flush();
        boolean elects = term != emitted.term() || vote != emitted.vote();
        boolean changed = elects || log.committed() != emitted.commit();
        boolean mustSync = log.hasUnwritten() || elects;
        Snapshot snapshot = log.takeSnapshot();
        List<Entry> entries = log.takeUnwritten();
        List<Entry> committed = heldBack ? List.of() : log.takeCommitted(options.budgets().applyingBytes());
        if (!changed && !mustSync && outbox.isEmpty() && outboxAfterPersist.isEmpty() && committed.isEmpty()
                && reads.isEmpty()) {
            return null;
        }
        readyNumber++;
        HardState now = changed ? new HardState(term, vote, log.committed()) : emitted;
        if (changed || mustSync) {
            log.writing(readyNumber, now, snapshot != null);
            emitted = now;
        }
        Ready ready = new Ready(readyNumber, changed ? now : null, snapshot, entries, outbox, outboxAfterPersist,
                committed, membershipAfter(committed), reads, mustSync);
        outbox = new ArrayList<>();
        outboxAfterPersist = new ArrayList<>();
        reads = new ArrayList<>();
        return ready;
    }

    private Membership membershipAfter(List<Entry> entries) {
        if (entries.isEmpty() || entries.getLast().kind() != Entry.Kind.CHANGE) {
            return null;
        }
        Entry last = entries.getLast();
        return switch (membership.with(MembershipChange.decode(new ByteReader(last.data())))) {
            case ChangeOutcome.Changed(Membership changed) -> {
                nextMembership = changed;
                nextMembershipIndex = last.index();
                yield changed;
            }
            // All members see the same membership at this index, so all of them leave it as it is.
            case ChangeOutcome.Refused _ -> null;
        };
    }
}
