package io.nokv.raft.core;

import io.nokv.base.error.Invariant;

/** Takes the log from the leader; campaigns when it hears none. */
final class Follower implements Role {
    private final Core core;
    private int elapsedTicks;
    private int electionTicks;

    Follower(Core core) {
        this.core = core;
        this.electionTicks = core.drawElectionTicks();
    }

    @Override
    public Standing standing() {
        return Standing.FOLLOWER;
    }

    @Override
    public boolean isPromised() {
        return core.isPromiseInForce();
    }

    /** Waits a whole election timeout again: it heard the leader, or gave its vote away. */
    void wait(boolean anew) {
        elapsedTicks = 0;
        if (anew) {
            electionTicks = core.drawElectionTicks();
        }
    }

    @Override
    public void tick() {
        elapsedTicks++;
        // Its own vote would be help for another leader, too.
        if (elapsedTicks >= electionTicks && !core.isPromiseInForce()) {
            wait(true);
            core.campaign(Candidate.Kind.PRE);
        }
    }

    @Override
    public void receive(Message message) {
        switch (message) {
            case Message.Append append -> {
                heard(append.from());
                append(append);
            }
            case Message.Heartbeat beat -> {
                heard(beat.from());
                core.log.commit(Math.min(beat.commit(), core.log.last()));
                core.reply(new Message.HeartbeatReply(core.id, beat.from(), core.term(), beat.round()));
            }
            case Message.InstallSnapshot install -> {
                heard(install.from());
                install(install);
            }
            case Message.TimeoutNow _ -> core.campaign(Candidate.Kind.TRANSFER);
            case Message.PreVote _,Message.RequestVote _ -> throw new AssertionError("dealt with at the door");
            case Message.PreVoteReply _,Message.VoteReply _,Message.Appended _,Message.AppendRefused _,Message.HeartbeatReply _,Message.NewerTerm _ -> {
                // Meant for somebody this replica no longer is.
            }
        }
    }

    private void heard(long leader) {
        Invariant.check(core.leader() == 0 || core.leader() == leader, "one leader in a term", leader);
        if (core.leader() == 0) {
            core.becomeFollower(core.term(), leader);
        }
        core.heardLeader();
        if (core.role() instanceof Follower now) {
            now.wait(false);
        }
    }

    private void append(Message.Append append) {
        ReplicaLog log = core.log;
        boolean replaces = core.rules.cutsWithoutConflict();
        if (append.prevIndex() < log.committed() && !replaces) {
            // Committed entries are the leader's entries; there is nothing to compare.
            accept(append.from(), log.committed());
            return;
        }
        if (log.termAt(append.prevIndex()) != append.prevTerm()) {
            long hint = log.lastAtMost(Math.min(append.prevIndex(), log.last()), append.prevTerm());
            core.reply(new Message.AppendRefused(core.id, append.from(), core.term(), append.prevIndex(), hint,
                    Math.max(0, log.termAt(hint))));
            return;
        }
        if (replaces) {
            log.cut(Math.max(append.prevIndex(), log.base()) + 1);
        }
        for (Entry entry : append.entries()) {
            if (entry.index() <= log.last() && log.termAt(entry.index()) != entry.term()) {
                Invariant.check(entry.index() > log.committed() || replaces, "committed entries stay", entry);
                log.cut(entry.index());
            }
            if (entry.index() > log.last()) {
                log.append(entry);
            }
        }
        log.commit(Math.min(append.commit(), append.lastIndex()));
        accept(append.from(), append.lastIndex());
    }

    private void accept(long leader, long match) {
        Message accepted = new Message.Appended(core.id, leader, core.term(), match);
        if (match <= core.log.durable() && !core.log.isInstalling()) {
            core.reply(accepted);
        } else {
            core.sendAfterPersist(accepted);
        }
    }

    private void install(Message.InstallSnapshot install) {
        Snapshot snapshot = install.snapshot();
        ReplicaLog log = core.log;
        if (snapshot.index() > log.committed()) {
            if (log.termAt(snapshot.index()) == snapshot.term()) {
                // It has those entries already: "retain log entries following it" (figure 13).
                log.commit(snapshot.index());
            } else {
                core.restore(snapshot);
            }
        }
        accept(install.from(), log.committed());
    }
}
