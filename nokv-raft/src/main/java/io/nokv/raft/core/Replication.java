package io.nokv.raft.core;

import io.nokv.base.error.Invariant;
import io.nokv.raft.membership.Membership;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How a leader brings its log to the members. */
final class Replication {
    private final Core core;
    private final TreeMap<Long, Progress> progress = new TreeMap<>();
    /** Who lacks nothing but the commit index is told it with the next Ready. */
    private boolean tellCommit;

    Replication(Core core) {
        this.core = core;
        membershipChanged();
    }

    /** Feeds who joined from now on, and nobody who left. */
    void membershipChanged() {
        Membership membership = core.membership();
        progress.keySet().removeIf(id -> !membership.members().contains(id));
        membership.members().forEach(id -> progress.computeIfAbsent(id, _ -> new Progress(0, core.log.last() + 1,
                core.options.budgets())));
        persisted();
    }

    /** Null when {@code id} is no member. */
    Progress of(long id) {
        return progress.get(id);
    }

    private boolean isOther(long id) {
        return id != core.id;
    }

    /** The leader's own log counts as far as it is durable. */
    void persisted() {
        Progress own = progress.get(core.id);
        if (own != null) {
            own.appended(core.log.durable());
        }
    }

    /** Whether every member has the whole log and knows that it is committed. */
    boolean isComplete() {
        for (Map.Entry<Long, Progress> member : progress.entrySet()) {
            Progress p = member.getValue();
            if (p.match() != core.log.last() || isOther(member.getKey()) && p.lacksCommit(core.log.last())) {
                return false;
            }
        }
        return true;
    }

    void tick() {
        tellCommit = true;
        progress.values().forEach(p -> p.tick(10 * core.options.electionTicks()));
    }

    /** Whether a quorum was heard since the last time; begins to count anew. */
    boolean isQuorumActive() {
        TreeMap<Long, Boolean> active = new TreeMap<>();
        progress.forEach((id, p) -> active.put(id, p.wasActive() || id == core.id));
        return core.membership().quorum().agreed(id -> active.getOrDefault(id, false) ? 1 : 0) > 0;
    }

    /** Commits what a quorum holds, if it may; true when something new is committed. */
    boolean commit() {
        long agreed = core.membership().quorum().agreed(id -> progress.get(id).match());
        return agreed > core.log.committed()
                && core.rules.mayCommitByCounting(core.log.termAt(agreed), core.term())
                && core.log.commit(agreed);
    }

    // ---- sending -------------------------------------------------------------------------------------------------

    /** Sends everybody what it lacks, as far as it takes it now. */
    void feedAll() {
        for (Map.Entry<Long, Progress> member : progress.entrySet()) {
            if (isOther(member.getKey())) {
                feed(member.getKey(), member.getValue());
            }
        }
        tellCommit = false;
    }

    /** Does not leave the commit index to the next entries. */
    void tellCommit() {
        tellCommit = true;
    }

    private void feed(long id, Progress to) {
        boolean sent = false;
        while (send(id, to, false)) {
            sent = true;
        }
        if (!sent && (tellCommit || !core.options.lazyCommits()) && to.lacksCommit(core.log.committed())) {
            send(id, to, true);
        }
    }

    /** A member answered a heartbeat: whatever it still lacks may have been lost on the way. */
    void poke(long id, Progress to) {
        to.resume();
        if (to.feed() == Progress.Feed.PROBE || to.match() < core.log.last()) {
            send(id, to, true);
        }
    }

    /** False when nothing was sent. */
    private boolean send(long id, Progress to, boolean evenEmpty) {
        if (to.isPaused()) {
            return false;
        }
        ReplicaLog log = core.log;
        long prev = to.next() - 1;
        if (prev < log.base()) {
            return sendSnapshot(id, to);
        }
        List<Entry> entries = to.isFull() || to.next() > log.last()
                ? List.of()
                : log.from(to.next(), log.last(), core.options.budgets().messageBytes());
        if (entries.isEmpty() && !evenEmpty) {
            return false;
        }
        core.send(new Message.Append(core.id, id, core.term(), prev, log.termAt(prev), entries, log.committed()));
        to.sent(entries.size(), Entry.bytes(entries), log.committed());
        return true;
    }

    private boolean sendSnapshot(long id, Progress to) {
        Snapshot snapshot = to.isActive() ? core.log.sourceSnapshot() : null;
        if (snapshot == null) {
            return false;
        }
        Invariant.check(snapshot.index() >= core.log.base(), "a snapshot covers what is compacted", snapshot);
        core.send(new Message.InstallSnapshot(core.id, id, core.term(), snapshot));
        to.sentSnapshot(snapshot.index());
        return true;
    }

    /** Tells everybody that the leader lives. */
    void heartbeat(long round) {
        progress.forEach((id, p) -> {
            if (isOther(id)) {
                core.send(new Message.Heartbeat(core.id, id, core.term(), round,
                        Math.min(p.match(), core.log.committed())));
            }
        });
    }

    // ---- answers -------------------------------------------------------------------------------------------------

    void appended(Progress from, long match) {
        Invariant.check(match <= core.log.last(), "nobody has more of a leader's log than the leader", match);
        boolean news = from.appended(match);
        switch (from.feed()) {
            case PROBE -> {
                if (match == from.match()) {
                    from.replicate();
                }
            }
            case SNAPSHOT -> {
                if (news && match >= core.log.base()) {
                    from.replicate();
                }
            }
            case REPLICATE -> {
            }
        }
    }

    void refused(Progress from, Message.AppendRefused refusal) {
        from.refused(refusal.prevIndex(), core.log.lastAtMost(refusal.hintIndex(), refusal.hintTerm()));
    }

    @Override
    public String toString() {
        return progress.toString();
    }
}
