package io.nokv.raft.store;

import io.nokv.raft.core.Message;
import io.nokv.raft.core.Replica;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.region.RegionEpoch;
import java.util.List;

/**
 * How a region comes to a store: what stands in for the replica while there is none, and what fetches a snapshot for it or for
 * one that is behind. Used by the region's loop alone.
 *
 * <p>While nothing but its id is known the region acknowledges nothing; it answers a leader so that the leader knows it lives and
 * sends a snapshot, and after a while it votes ({@link EarlyVotes}).
 */
final class Newcomer {
    /** A region that hears nothing for so many election timeouts is forgotten. */
    private static final int PATIENCE = 20;

    private final HostedRegion region;
    private final HostedStore store;
    private final EarlyVotes votes;
    private long leaderStore;
    private int silentTicks;
    private boolean fetching;

    Newcomer(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
        this.votes = new EarlyVotes(region, store);
    }

    long leaderStore() {
        return leaderStore;
    }

    /** The replica runs: the requests for its vote that came too early. */
    List<Message> opened() {
        return votes.opened();
    }

    void tick() {
        if (region.state() != RegionStatus.State.WAITING) {
            return;
        }
        votes.tick();
        if (!fetching && ++silentTicks > PATIENCE * store.options().replica().electionTicks()) {
            store.forget(region);
        }
    }

    void received(long fromStore, RegionEpoch epoch, Message message) {
        silentTicks = 0;
        switch (message) {
            case Message.PreVote _,Message.RequestVote _ -> votes.asked(fromStore, epoch, message);
            case Message.Append _,Message.Heartbeat _,Message.InstallSnapshot _ -> {
                if (region.state() == RegionStatus.State.WAITING) {
                    fromLeader(fromStore, epoch, message);
                }
            }
            case Message.PreVoteReply _,Message.VoteReply _,Message.Appended _,Message.AppendRefused _,Message.HeartbeatReply _,Message.TimeoutNow _,Message.NewerTerm _ -> {
                // For a replica that was here before.
            }
        }
    }

    private void fromLeader(long fromStore, RegionEpoch epoch, Message message) {
        leaderStore = fromStore;
        votes.heardLeader();
        if (message.to() != region.peerId() && !fetching) {
            region.expect(message.to());
        }
        if (message.to() != region.peerId()) {
            return;
        }
        switch (message) {
            case Message.InstallSnapshot install -> fetch(fromStore, install);
            // It says that somebody is here, and nothing else: that it has nothing.
            case Message.Append append -> region.send(fromStore, new Message.AppendRefused(append.to(), append.from(),
                    append.term(), append.prevIndex(), 0, 0));
            // No round: it promises nothing.
            default -> region.send(fromStore,
                    new Message.HeartbeatReply(message.to(), message.from(), message.term(), 0));
        }
    }

    /** True when {@code install} brings something new, which is fetched now; the replica hears of it afterwards. */
    boolean fetches(long fromStore, Message.InstallSnapshot install) {
        Replica replica = region.replica();
        Snapshot snapshot = install.snapshot();
        if (install.term() < replica.term() || snapshot.index() <= replica.committed()
                || replica.termAt(snapshot.index()) == snapshot.term()) {
            return false;
        }
        // The leader lives, and is heard as with any other message.
        replica.receive(
                new Message.Append(install.from(), install.to(), install.term(), snapshot.index(), snapshot.term(),
                        List.of(), 0),
                region.now());
        fetch(fromStore, install);
        return true;
    }

    private void fetch(long fromStore, Message.InstallSnapshot install) {
        if (fetching) {
            return;
        }
        fetching = true;
        store.installer().install(region, fromStore, install, arrived -> {
            fetching = false;
            if (!arrived) {
                store.sendControl(fromStore,
                        new Control.SnapshotDone(region.id, install.from(), install.to(), false));
            }
        });
    }

    /** True while a snapshot is on its way. */
    boolean isFetching() {
        return fetching;
    }
}
