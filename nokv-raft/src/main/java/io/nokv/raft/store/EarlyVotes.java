package io.nokv.raft.store;

import io.nokv.raft.core.Message;
import io.nokv.raft.region.RegionEpoch;
import java.util.ArrayList;
import java.util.List;

/**
 * Votes of a replica that is not here yet. Its store may have skipped the split that made the region, by a snapshot of the
 * parent; when most stores have, those that have the region are too few to elect a leader, and without one nobody would get a snapshot. Such a replica is
 * a follower with an empty log: it has acknowledged nothing, so whoever has the committed entries is among the others, and it may vote for anybody, as
 * long as it never forgets that it did (TiKV lets a peer without data vote for the same reason).
 *
 * <p>Requests are kept for an election timeout first, the last of each sender: a split that is applied here a little later makes a replica of it, which
 * needs no snapshot. Used by the region's loop alone.
 */
final class EarlyVotes {
    private static final int MOST_ASKS = 8;

    private record Ask(long store, RegionEpoch epoch, Message message) {}

    private final HostedRegion region;
    private final HostedStore store;
    private final List<Ask> asks = new ArrayList<>(0);
    /** Since the region is known here, or a leader was heard. */
    private int ticks;

    EarlyVotes(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    /** @param message asks for the vote, or whether there would be one */
    void asked(long fromStore, RegionEpoch epoch, Message message) {
        asks.removeIf(ask -> ask.message.from() == message.from());
        if (asks.size() < MOST_ASKS) {
            asks.add(new Ask(fromStore, epoch, message));
        }
        answer();
    }

    /** Nobody else is needed for a while. */
    void heardLeader() {
        ticks = 0;
    }

    void tick() {
        ticks++;
        answer();
    }

    /** The replica runs: the requests that are not answered. */
    List<Message> opened() {
        List<Message> early = asks.stream().map(Ask::message).filter(ask -> ask.to() == region.peerId()).toList();
        asks.clear();
        return early;
    }

    private void answer() {
        if (asks.isEmpty() || region.state() != RegionStatus.State.WAITING
                || ticks < store.options().replica().electionTicks()) {
            return;
        }
        List<Ask> all = List.copyOf(asks);
        asks.clear();
        for (Ask ask : all) {
            Tombstone tombstone = store.tombstone(region.id);
            if (tombstone != null && !tombstone.admits(ask.message.to(), ask.epoch.confVersion())) {
                // That one was here, and has left: what it said is not known any more.
                continue;
            }
            if (store.logs().damage(region.id) == null) {
                switch (ask.message) {
                    case Message.PreVote pre -> answer(ask.store, pre);
                    case Message.RequestVote request -> answer(ask.store, request);
                    default -> throw new AssertionError(ask);
                }
            }
        }
    }

    private void answer(long toStore, Message.PreVote ask) {
        long term = store.logs().hardState(region.id).term();
        boolean granted = ask.term() > term;
        region.send(toStore,
                new Message.PreVoteReply(ask.to(), ask.from(), granted ? ask.term() : term, granted, 0, 0));
    }

    private void answer(long toStore, Message.RequestVote ask) {
        long position;
        try {
            position = store.logs().vote(region.id, ask.term(), ask.from());
        } catch (RuntimeException | Error e) {
            store.failed(e);
            return;
        }
        if (position < 0) {
            long term = store.logs().hardState(region.id).term();
            region.send(toStore, new Message.VoteReply(ask.to(), ask.from(), term, false, 0, 0));
            return;
        }
        store.scheduler().execute("raft-vote", () -> {
            try {
                store.logs().awaitDurable(position);
            } catch (RuntimeException | Error e) {
                store.failed(e);
                return;
            }
            region.loop.post(() -> region.send(toStore,
                    new Message.VoteReply(ask.to(), ask.from(), ask.term(), true, 0, 0)));
        });
    }
}
