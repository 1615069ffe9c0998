package io.nokv.raft.core;

import io.nokv.raft.quorum.Ballot;
import java.util.TreeMap;

/** Asks for votes, or beforehand whether it would get them. */
final class Candidate implements Role {
    /** Why and how it asks. */
    enum Kind {
        /** Would you vote for me? Leaves terms alone. */
        PRE,
        /** Vote for me: enough members would. */
        ELECTION,
        /** Vote for me: the leader hands over. */
        TRANSFER
    }

    private final Core core;
    private final Kind kind;
    private final TreeMap<Long, Ballot> ballots = new TreeMap<>();
    private final int electionTicks;
    private int elapsedTicks;

    Candidate(Core core, Kind kind) {
        this.core = core;
        this.kind = kind;
        this.electionTicks = core.drawElectionTicks();
    }

    @Override
    public Standing standing() {
        return kind == Kind.PRE ? Standing.PRE_CANDIDATE : Standing.CANDIDATE;
    }

    @Override
    public boolean isPromised() {
        return core.isPromiseInForce();
    }

    /** Sends the questions. */
    void ask() {
        ReplicaLog log = core.log;
        core.membership().quorum().incoming().union(core.membership().quorum().outgoing()).forEach(voter -> {
            if (voter == core.id) {
                return;
            }
            if (kind == Kind.PRE) {
                core.send(new Message.PreVote(core.id, voter, core.term() + 1, log.last(), log.lastTerm()));
            } else {
                // After a crash this replica could campaign in the same term again with a shorter log: term and log must
                // be durable before anybody votes on them.
                core.sendAfterPersist(new Message.RequestVote(core.id, voter, core.term(), log.last(), log.lastTerm(),
                        kind == Kind.TRANSFER));
            }
        });
        if (kind == Kind.PRE) {
            count(core.id, true);
        }
    }

    @Override
    public void tick() {
        if (++elapsedTicks >= electionTicks) {
            core.campaign(Kind.PRE);
        }
    }

    /** Its own vote counts once it cannot be forgotten. */
    @Override
    public void persisted() {
        HardState durable = core.log.durableHardState();
        if (kind != Kind.PRE && durable.term() == core.term() && durable.vote() == core.id) {
            count(core.id, true);
        }
    }

    @Override
    public void receive(Message message) {
        switch (message) {
            case Message.Append _,Message.Heartbeat _,Message.InstallSnapshot _ -> {
                core.becomeFollower(core.term(), message.from());
                core.role().receive(message);
            }
            case Message.VoteReply reply -> {
                core.log.commitKnown(reply.commit(), reply.commitTerm());
                if (kind != Kind.PRE) {
                    count(reply.from(), reply.granted());
                }
            }
            case Message.PreVoteReply reply -> {
                core.log.commitKnown(reply.commit(), reply.commitTerm());
                if (kind == Kind.PRE) {
                    count(reply.from(), reply.granted());
                }
            }
            case Message.PreVote _,Message.RequestVote _ -> throw new AssertionError("dealt with at the door");
            case Message.TimeoutNow _,Message.Appended _,Message.AppendRefused _,Message.HeartbeatReply _,Message.NewerTerm _ -> {
                // Meant for somebody this replica no longer is.
            }
        }
    }

    private void count(long voter, boolean granted) {
        ballots.putIfAbsent(voter, granted ? Ballot.GRANTED : Ballot.REFUSED);
        switch (core.membership().quorum().vote(id -> ballots.getOrDefault(id, Ballot.MISSING))) {
            case WON -> {
                if (kind == Kind.PRE) {
                    core.campaign(Kind.ELECTION);
                } else {
                    core.becomeLeader();
                }
            }
            case LOST -> core.becomeFollower(core.term(), 0);
            case PENDING -> {
            }
        }
    }
}
