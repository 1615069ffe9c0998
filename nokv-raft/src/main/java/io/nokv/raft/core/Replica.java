package io.nokv.raft.core;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.Invariant;
import io.nokv.base.port.Entropy;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import java.util.List;

/**
 * One member of a group: the Raft state machine. It decides, its owner acts: no threads, no clock, no files; equal inputs
 * give equal effects. Call what happened, then take {@link #ready} until it is null and do what it says.
 *
 * <p>Not thread-safe: one caller at a time. {@code nowNanos} is the owner's monotonic clock, read <i>after</i> the message
 * or request came in; what is older than an earlier one counts as that.
 */
public final class Replica {
    private final Core core;

    /**
     * @param id of this replica; positive
     * @param entropy draws election timeouts, so that candidates do not stay in step
     */
    public Replica(long id, ReplicaOptions options, Entropy entropy, Restored restored, LogSource source,
            long nowNanos) {
        this(id, options, Rules.RAFT, entropy, restored, source, nowNanos);
    }

    Replica(long id, ReplicaOptions options, Rules rules, Entropy entropy, Restored restored, LogSource source,
            long nowNanos) {
        Invariant.check(id > 0, "replica ids are positive", id);
        this.core = new Core(id, options, rules, entropy, restored, source, nowNanos);
    }

    /**
     * To be told when it starts and never ran before: then it has promised nothing to any leader, and need not wait as one
     * that comes back has to.
     */
    public void promisedNothing() {
        core.promisedNothing();
    }

    // ---- what happens --------------------------------------------------------------------------------------------

    /** A tick passed; ticks come at a steady pace and are not made up for after a stall. */
    public void tick(long nowNanos) {
        core.now(nowNanos);
        core.role().tick();
    }

    /** {@code message} came in. The term rule once, at the door; then one method per role. */
    public void receive(Message message, long nowNanos) {
        Invariant.check(message.to() == core.id, "messages reach whom they are for", message);
        core.now(nowNanos);
        switch (message) {
            case Message.PreVote ask -> onPreVote(ask);
            case Message.PreVoteReply reply when reply.granted() -> {
                if (reply.term() == core.term() + 1) {
                    core.role().receive(reply);
                }
            }
            case Message.RequestVote ask when ask.term() >= core.term() && !ask.transfer()
                    && core.role().isPromised() -> {
                // "If a server receives a RequestVote within the minimum election timeout of hearing from a current
                // leader, it does not update its term or grant its vote" (section 6). Nor in its own term, to which
                // others may have told it to advance: the promise binds until it ends.
            }
            default -> {
                if (message.term() > core.term()) {
                    core.becomeFollower(message.term(), 0);
                }
                if (message.term() < core.term()) {
                    onOldTerm(message);
                } else if (message instanceof Message.RequestVote ask) {
                    onRequestVote(ask);
                } else {
                    core.role().receive(message);
                }
            }
        }
    }

    private void onPreVote(Message.PreVote ask) {
        boolean granted = ask.term() > core.term() && !core.role().isPromised()
                && core.log.isCoveredBy(ask.lastIndex(), ask.lastTerm());
        long commit = core.log.committed();
        core.reply(new Message.PreVoteReply(core.id, ask.from(), granted ? ask.term() : core.term(), granted, commit,
                core.log.termAt(commit)));
    }

    private void onRequestVote(Message.RequestVote ask) {
        boolean free = core.vote() == ask.from() || core.vote() == 0 && core.leader() == 0;
        if (!free || !core.log.isCoveredBy(ask.lastIndex(), ask.lastTerm())) {
            core.reply(voteReply(ask, false));
            return;
        }
        core.voteFor(ask.from());
        if (core.role() instanceof Follower follower) {
            follower.wait(true);
        }
        core.sendAfterPersist(voteReply(ask, true));
    }

    private Message.VoteReply voteReply(Message.RequestVote ask, boolean granted) {
        long commit = core.log.committed();
        return new Message.VoteReply(core.id, ask.from(), core.term(), granted, commit, core.log.termAt(commit));
    }

    private void onOldTerm(Message message) {
        switch (message) {
            case Message.Append _,Message.Heartbeat _,Message.InstallSnapshot _ ->
                core.reply(new Message.NewerTerm(core.id, message.from(), core.term()));
            case Message.RequestVote ask -> core.reply(voteReply(ask, false));
            case Message.PreVote _,Message.PreVoteReply _,Message.VoteReply _,Message.Appended _,Message.AppendRefused _,Message.HeartbeatReply _,Message.TimeoutNow _,Message.NewerTerm _ -> {
                // Of a term that is over.
            }
        }
    }

    /** Ready {@code number} and all before it are durable. */
    public void persisted(long number) {
        core.persisted(number);
    }

    /** Everything up to {@code index} is applied, and the membership that came with it kept. */
    public void applied(long index) {
        core.applied(index);
    }

    /** Appends to {@code id} do not get through at the moment. */
    public void unreachable(long id) {
        if (core.role() instanceof Leader leader) {
            leader.unreachable(id);
        }
    }

    /** The snapshot sent to {@code id} arrived there, or did not. Without a report it is given up after a while. */
    public void snapshotDone(long id, boolean arrived) {
        if (core.role() instanceof Leader leader) {
            leader.snapshotDone(id, arrived);
        }
    }

    // ---- requests ------------------------------------------------------------------------------------------------

    /** Proposes {@code commands} as consecutive entries, all or none. */
    public ProposeOutcome propose(List<byte[]> commands) {
        return core.role() instanceof Leader leader
                ? leader.propose(commands)
                : new ProposeOutcome.NotLeader(core.leader());
    }

    /** Proposes a change of the membership; one at a time. */
    public ProposeOutcome change(MembershipChange change) {
        return change(change, Bytes.EMPTY);
    }

    /**
     * The same; {@code context} stands behind the change in the data of the entry, for those who apply it. An entry that ends
     * a joint membership by itself has none.
     */
    public ProposeOutcome change(MembershipChange change, byte[] context) {
        return core.role() instanceof Leader leader
                ? leader.change(change, context)
                : new ProposeOutcome.NotLeader(core.leader());
    }

    /**
     * Admits a linearizable read. {@code context} is handed back with its outcome, if that is not known at once.
     *
     * @param byLease answer at once if the lease allows it; else always ask a quorum
     */
    public ReadAdmission read(long context, boolean byLease, long nowNanos) {
        core.now(nowNanos);
        return core.role() instanceof Leader leader
                ? leader.read(context, byLease)
                : new ReadAdmission.NotLeader(core.leader());
    }

    /** Hands the leadership to {@code target}; proposals are refused meanwhile. */
    public TransferOutcome transfer(long target) {
        return core.role() instanceof Leader leader
                ? leader.transfer(target)
                : new TransferOutcome.NotLeader(core.leader());
    }

    /** Campaigns now instead of at the next election timeout, promises permitting. Does nothing on a leader. */
    public void campaign(long nowNanos) {
        core.now(nowNanos);
        if (!(core.role() instanceof Leader) && !core.isPromiseInForce()) {
            core.campaign(Candidate.Kind.PRE);
        }
    }

    /**
     * Forgets entries up to {@code index}; the owner then drops them from its log. Their effects must be durable in the
     * state machine, and the source's snapshot must cover them. Indexes beyond what is applied are a bug.
     */
    public void compact(long index) {
        core.log.compact(index);
    }

    // ---- what comes of it ----------------------------------------------------------------------------------------

    /** What to do next; null when nothing. */
    public Ready ready() {
        return core.ready();
    }

    public Status status() {
        Leader leading = core.role() instanceof Leader leader ? leader : null;
        return new Status(core.id, core.role().standing(), core.term(), core.vote(), core.leader(),
                core.log.base() + 1, core.log.last(), core.log.durable(), core.log.committed(), core.log.applied(),
                core.membership(), core.log.tailBytes(), leading == null ? 0 : leading.uncommittedBytes(),
                leading == null ? 0 : leading.successor());
    }

    public boolean isLeader() {
        return core.role() instanceof Leader;
    }

    public Standing standing() {
        return core.role().standing();
    }

    public long term() {
        return core.term();
    }

    /** Who leads in the present term; 0 when unknown. */
    public long leader() {
        return core.leader();
    }

    /** Everything up to here is compacted. */
    public long baseIndex() {
        return core.log.base();
    }

    public long lastIndex() {
        return core.log.last();
    }

    public long committed() {
        return core.log.committed();
    }

    public long applied() {
        return core.log.applied();
    }

    public Membership membership() {
        return core.membership();
    }

    /** Up to where the log of {@code id} is known to equal this leader's; -1 when this is no leader or {@code id} no member. */
    public long match(long id) {
        Progress progress = core.role() instanceof Leader leader ? leader.progress(id) : null;
        return progress == null ? -1 : progress.match();
    }

    /** True when this leads, every member has everything, all is applied here, and nobody waits for anything. */
    public boolean isQuiet() {
        return core.role() instanceof Leader leader && leader.isQuiet();
    }

    /** True when a leader would refuse a change of the membership because one, or its own first entry, is not applied yet. */
    public boolean hasChangeUnderWay() {
        return core.role() instanceof Leader leader && leader.hasChangeUnderWay();
    }

    /** A leader sends a heartbeat with the next Ready. */
    public void beat() {
        if (core.role() instanceof Leader leader) {
            leader.beat();
        }
    }

    /** A leader tells everybody what is committed with the next Ready, though options may say that this can wait. */
    public void tellCommit() {
        if (core.role() instanceof Leader leader) {
            leader.tellCommit();
        }
    }

    /**
     * Until when, by the owner's clock, this leader may admit reads by lease at its commit index without being asked; not in the
     * future when it may not. It holds until something happens here or is asked of this replica; the owner looks again then.
     */
    public long leaseEndsNanos() {
        return core.role() instanceof Leader leader ? leader.leaseEndsNanos() : core.nowNanos();
    }

    /** As long as this is on, Readys hand out no committed entries: too much waits to be applied. */
    public void holdBack(boolean on) {
        core.holdBack(on);
    }

    /** The term of the entry at {@code index}, also of the last compacted one; -1 where there is none. */
    public long termAt(long index) {
        return core.log.termAt(index);
    }

    /** How this leader feeds {@code id}, for people; null when it does not. */
    public String feed(long id) {
        Progress progress = core.role() instanceof Leader leader ? leader.progress(id) : null;
        return progress == null ? null : progress.toString();
    }
}
