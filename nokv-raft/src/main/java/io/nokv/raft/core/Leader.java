package io.nokv.raft.core;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.Invariant;
import io.nokv.raft.membership.ChangeOutcome;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.quorum.MemberSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/** Takes proposals and reads, and brings the log to the members. */
final class Leader implements Role {
    private final Core core;
    private final Replication replication;
    private final ReadRounds reads;
    /** Index and bytes of own proposals that are not committed. */
    private final ArrayDeque<long[]> uncommitted = new ArrayDeque<>();
    private long uncommittedBytes;
    /** No membership change before this index is applied. */
    private long changeIndex;
    private int beatTicks;
    private int quorumTicks;
    /** Who is to lead next; 0: nobody. */
    private long successor;
    private int transferTicks;

    Leader(Core core) {
        this.core = core;
        this.replication = new Replication(core);
        this.reads = new ReadRounds(core, replication);
    }

    /** "Upon election: ..." (figure 2), with an entry that commits what earlier terms left (thesis, 6.4). */
    void begin() {
        append(Entry.Kind.EMPTY, Bytes.EMPTY);
        // Changes that earlier leaders left uncommitted lie before it.
        changeIndex = core.log.last();
    }

    @Override
    public Standing standing() {
        return Standing.LEADER;
    }

    @Override
    public boolean isPromised() {
        return reads.isRecentlyConfirmed();
    }

    Progress progress(long id) {
        return replication.of(id);
    }

    long successor() {
        return successor;
    }

    long uncommittedBytes() {
        return uncommittedBytes;
    }

    // ---- requests ------------------------------------------------------------------------------------------------

    ProposeOutcome propose(List<byte[]> commands) {
        if (successor != 0) {
            return new ProposeOutcome.Transferring(successor);
        }
        long bytes = 0;
        for (byte[] command : commands) {
            bytes += command.length + (long) Entry.OVERHEAD_BYTES;
        }
        if (uncommittedBytes > 0 && uncommittedBytes + bytes > core.options.budgets().uncommittedBytes()) {
            return new ProposeOutcome.Overloaded(uncommittedBytes);
        }
        long first = core.log.last() + 1;
        commands.forEach(command -> append(Entry.Kind.COMMAND, command));
        return new ProposeOutcome.Accepted(core.term(), first, core.log.last());
    }

    ProposeOutcome change(MembershipChange change, byte[] context) {
        if (successor != 0) {
            return new ProposeOutcome.Transferring(successor);
        }
        if (changeIndex > core.log.applied()) {
            return new ProposeOutcome.ChangeUnderWay(changeIndex);
        }
        return switch (core.membership().with(change)) {
            case ChangeOutcome.Refused(ChangeOutcome.Why why) -> new ProposeOutcome.IllegalChange(why);
            case ChangeOutcome.Changed _ -> {
                append(Entry.Kind.CHANGE, joined(change.encode(), context));
                changeIndex = core.log.last();
                yield new ProposeOutcome.Accepted(core.term(), changeIndex, changeIndex);
            }
        };
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** True when everybody has everything and it is applied here, and nothing is asked for. */
    boolean isQuiet() {
        return successor == 0 && uncommitted.isEmpty() && core.log.applied() == core.log.last()
                && !core.membership().isJoint() && !reads.hasWaiting() && replication.isComplete();
    }

    boolean hasChangeUnderWay() {
        return changeIndex > core.log.applied() || core.membership().isJoint();
    }

    void beat() {
        reads.beat();
    }

    void tellCommit() {
        replication.tellCommit();
    }

    /** See {@link Replica#leaseEndsNanos}. */
    long leaseEndsNanos() {
        return reads.leaseEndsNanos();
    }

    private void append(Entry.Kind kind, byte[] data) {
        Entry entry = new Entry(core.term(), core.log.last() + 1, kind, data);
        core.log.append(entry);
        uncommitted.add(new long[]{entry.index(), entry.bytes()});
        uncommittedBytes += entry.bytes();
    }

    ReadAdmission read(long context, boolean byLease) {
        return reads.admit(context, byLease);
    }

    TransferOutcome transfer(long target) {
        if (target == core.id || !core.membership().isVoter(target)) {
            return new TransferOutcome.BadTarget(target);
        }
        successor = target;
        transferTicks = 0;
        handOver();
        return new TransferOutcome.Started();
    }

    /** The successor campaigns once it has the whole log (thesis, 3.10). */
    private void handOver() {
        if (successor != 0 && replication.of(successor).match() == core.log.last()) {
            reads.giveUpLease();
            core.send(new Message.TimeoutNow(core.id, successor, core.term()));
        }
    }

    void unreachable(long id) {
        Progress progress = replication.of(id);
        if (progress != null && progress.feed() == Progress.Feed.REPLICATE) {
            progress.probe(progress.match() + 1);
        }
    }

    void snapshotDone(long id, boolean arrived) {
        Progress progress = replication.of(id);
        if (progress != null) {
            progress.snapshotDone(arrived);
        }
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    @Override
    public void tick() {
        replication.tick();
        if (++beatTicks >= core.options.heartbeatTicks()) {
            beatTicks = 0;
            reads.beat();
        }
        if (successor != 0 && ++transferTicks >= core.options.electionTicks()) {
            successor = 0;
            if (!core.membership().isVoter(core.id)) {
                leave();
            }
        }
        if (++quorumTicks >= core.options.electionTicks()) {
            quorumTicks = 0;
            if (!replication.isQuorumActive()) {
                core.becomeFollower(core.term(), 0);
            }
        }
    }

    // ---- messages ------------------------------------------------------------------------------------------------

    @Override
    public void receive(Message message) {
        Progress from = replication.of(message.from());
        if (from == null) {
            // Somebody who left; it will be told by whoever it asks for its vote.
            return;
        }
        switch (message) {
            case Message.Appended appended -> {
                from.heard();
                replication.appended(from, appended.match());
                commit();
                if (message.from() == successor) {
                    handOver();
                }
            }
            case Message.AppendRefused refused -> {
                from.heard();
                replication.refused(from, refused);
            }
            case Message.HeartbeatReply reply -> {
                from.heard();
                from.ackRound(reply.round());
                reads.confirm();
                replication.poke(message.from(), from);
            }
            case Message.Append _,Message.Heartbeat _,Message.InstallSnapshot _ ->
                throw new AssertionError("invariant broken: one leader in a term (" + message + ")");
            case Message.PreVote _,Message.RequestVote _ -> throw new AssertionError("dealt with at the door");
            case Message.PreVoteReply _,Message.VoteReply _,Message.TimeoutNow _,Message.NewerTerm _ -> {
                // Meant for somebody this replica no longer is.
            }
        }
    }

    @Override
    public void persisted() {
        replication.persisted();
        commit();
    }

    private void commit() {
        long before = core.log.committed();
        if (replication.commit()) {
            if (core.log.termAt(before) != core.term() || core.log.hasUnappliedChange()) {
                replication.tellCommit();
            }
            while (!uncommitted.isEmpty() && uncommitted.peek()[0] <= core.log.committed()) {
                uncommittedBytes -= uncommitted.poll()[1];
            }
            reads.committed();
        }
    }

    @Override
    public void flush() {
        replication.feedAll();
        reads.flush();
    }

    // ---- membership ----------------------------------------------------------------------------------------------

    /** A change is applied. */
    void membershipChanged() {
        replication.membershipChanged();
        reads.membershipChanged();
        if (successor != 0 && !core.membership().isVoter(successor)) {
            successor = 0;
        }
        commit();
        if (!core.membership().isVoter(core.id) && successor == 0) {
            leave();
        }
    }

    /**
     * It votes no more, and leads until somebody else does: without it the others could not learn that its removal is
     * committed, and would go on to need its vote. Hands over to whoever has most of the log.
     */
    private void leave() {
        MemberSet voters = core.membership().voters();
        long best = voters.toArray()[0];
        for (long voter : voters.toArray()) {
            if (replication.of(voter).match() > replication.of(best).match()) {
                best = voter;
            }
        }
        transfer(best);
    }

    /** Entries were applied: a joint membership that ends by itself may end now. */
    void applied() {
        if (core.membership().isJoint() && core.membership().autoLeave() && core.log.applied() >= changeIndex) {
            append(Entry.Kind.CHANGE, new MembershipChange.LeaveJoint().encode());
            changeIndex = core.log.last();
        }
    }

    @Override
    public void ended() {
        Invariant.check(core.role() == this, "a leader ends once");
        reads.ended();
    }

    @Override
    public String toString() {
        return replication.toString();
    }
}
