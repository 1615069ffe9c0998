package io.nokv.raft.core;

import java.util.ArrayDeque;

/**
 * What a leader knows of one member's log, and how it feeds it. Not thread-safe.
 *
 * <pre>
 *           appended                 refused, unreachable
 *  PROBE ----------------> REPLICATE --------------------> PROBE
 *    |  needs what is compacted          |
 *    +-------------> SNAPSHOT <----------+
 *                       | sent, failed, or long not heard of
 *                       +----> PROBE
 * </pre>
 *
 * While probing, one append at a time looks for the place where the logs agree; while replicating, appends follow one
 * another without waiting, up to a number and a size; a member that gets a snapshot gets nothing else.
 */
final class Progress {
    /** How the member is fed. */
    enum Feed {
        PROBE, REPLICATE, SNAPSHOT
    }

    private final ReplicaOptions.Budgets budgets;
    /** Last index and bytes of each append not answered yet. */
    private final ArrayDeque<long[]> inflight = new ArrayDeque<>();
    private long inflightBytes;
    private Feed feed = Feed.PROBE;
    private boolean paused;
    private long match;
    private long next;
    private long toldCommit;
    private long snapshotIndex;
    private int snapshotTicks;
    private long ackedRound;
    /** Whether it was heard since the leader last looked. */
    private boolean active = true;

    Progress(long match, long next, ReplicaOptions.Budgets budgets) {
        this.match = match;
        this.next = next;
        this.budgets = budgets;
    }

    Feed feed() {
        return feed;
    }

    /** Its log equals the leader's up to here, durably. */
    long match() {
        return match;
    }

    /** What it gets next. */
    long next() {
        return next;
    }

    long inflightMessages() {
        return inflight.size();
    }

    long inflightBytes() {
        return inflightBytes;
    }

    /** The newest heartbeat it answered. */
    long ackedRound() {
        return ackedRound;
    }

    void ackRound(long round) {
        ackedRound = Math.max(ackedRound, round);
    }

    void heard() {
        active = true;
    }

    /** Whether it was heard since the leader last looked. */
    boolean isActive() {
        return active;
    }

    /** The same; from now on it has to be heard anew. */
    boolean wasActive() {
        boolean was = active;
        active = false;
        return was;
    }

    boolean isPaused() {
        return switch (feed) {
            case PROBE, REPLICATE -> paused;
            case SNAPSHOT -> true;
        };
    }

    /** True when no more entries may be sent before some are acknowledged. */
    boolean isFull() {
        return feed == Feed.REPLICATE
                && (inflight.size() >= budgets.inflightMessages() || inflightBytes >= budgets.inflightBytes());
    }

    /** True when {@code commit} is news to it. */
    boolean lacksCommit(long commit) {
        return toldCommit < commit;
    }

    /** It lives and answers; whatever it waits for may be tried again. */
    void resume() {
        paused = false;
    }

    /** An append with {@code count} entries of {@code bytes} goes out. */
    void sent(int count, long bytes, long commit) {
        toldCommit = Math.max(toldCommit, commit);
        if (feed == Feed.PROBE) {
            paused = true;
            return;
        }
        if (count > 0) {
            next += count;
            inflight.add(new long[]{next - 1, bytes});
            inflightBytes += bytes;
        }
        paused = isFull();
    }

    void sentSnapshot(long index) {
        to(Feed.SNAPSHOT);
        snapshotIndex = index;
        snapshotTicks = 0;
    }

    /** It has everything up to {@code index}; true when that is news. */
    boolean appended(long index) {
        boolean news = index > match;
        match = Math.max(match, index);
        next = Math.max(next, index + 1);
        while (!inflight.isEmpty() && inflight.peek()[0] <= index) {
            inflightBytes -= inflight.poll()[1];
        }
        if (news || feed == Feed.PROBE) {
            paused = isFull();
        }
        return news;
    }

    /** From now on appends follow one another. */
    void replicate() {
        to(Feed.REPLICATE);
        next = match + 1;
    }

    /** From now on look for the place where the logs agree, first at {@code from}. */
    void probe(long from) {
        to(Feed.PROBE);
        next = Math.max(match + 1, from);
    }

    /**
     * It refused an append that followed {@code prevIndex}; the logs may agree at {@code mayAgree}. False when that is
     * old news.
     */
    boolean refused(long prevIndex, long mayAgree) {
        switch (feed) {
            case SNAPSHOT -> {
                return false;
            }
            case REPLICATE -> {
                if (prevIndex <= match) {
                    return false;
                }
                probe(match + 1);
            }
            case PROBE -> {
                if (prevIndex != next - 1) {
                    return false;
                }
                next = Math.max(match + 1, Math.min(prevIndex, mayAgree + 1));
                paused = false;
            }
        }
        return true;
    }

    /** The snapshot arrived or did not; the next answer or heartbeat tells more. */
    void snapshotDone(boolean arrived) {
        if (feed == Feed.SNAPSHOT) {
            probe(arrived ? snapshotIndex + 1 : match + 1);
            paused = true;
        }
    }

    /** A tick passed; a snapshot nobody reports on is given up after {@code patience} of them. */
    void tick(int patience) {
        if (feed == Feed.SNAPSHOT && ++snapshotTicks >= patience) {
            snapshotDone(false);
        }
    }

    private void to(Feed changed) {
        feed = changed;
        paused = false;
        inflight.clear();
        inflightBytes = 0;
        toldCommit = 0;
    }

    @Override
    public String toString() {
        return feed + " match=" + match + " next=" + next + (isPaused() ? " paused" : "")
                + (inflight.isEmpty() ? "" : " inflight=" + inflight.size());
    }
}
