package io.nokv.raft.store;

import io.nokv.base.port.Promise;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import java.util.List;

/**
 * The replicas that one store hosts: up to thousands of regions over one engine, one log and one network identity.
 * Thread-safe. No method waits, except {@code open} and {@link #close}; what takes time is a promise, and a promise fails
 * only for a caller's mistake (INVALID_ARGUMENT) or a broken store. Refusals are values.
 */
public interface RaftStore extends AutoCloseable {
    /**
     * Brings back what the engine holds and begins to take part. Waits for that. The regions are back when this returns; what did
     * not come back is in {@link #execution()}. CORRUPTION when the log is not whole.
     */
    static RaftStore open(RaftStoreSetup setup) {
        HostedStore store = new HostedStore(setup, StoreRules.RIGHT, new LoggedAlarm(setup.storeId()));
        store.start();
        return store;
    }

    /** Who this is, to other stores and in descriptors. */
    long storeId();

    /**
     * Makes the first replica of a region on this store: every store that {@code region} names a voter on is to be told the same,
     * before or after it has heard of the region from others. Settled when it is durable. Telling it again changes nothing.
     *
     * @param region of epoch 1/1, with voters only
     */
    Promise<Void> bootstrap(RegionDescriptor region);

    /** Null when a request with {@code header} may be asked here now; else why not. A look at memory. */
    RegionRefusal admit(RegionHeader header);

    /**
     * Has {@code command} carried out by all replicas of the region, once, in the order of its log. It is handed to the
     * {@link Applier} as it is; nobody may change it any more.
     *
     * @param command 64 MiB at most
     */
    Promise<ProposalOutcome> propose(RegionHeader header, byte[] command);

    /**
     * Asks whether the engine of this store may be read for the region. Everything acknowledged before this call is seen then. Refused as well when
     * the region has changed its range while the read waited.
     */
    Promise<ReadOutcome> read(RegionHeader header, ReadMode mode);

    /**
     * Cuts a region at {@code keys}: it keeps what lies below the first of them, new regions get the rest. They live on the
     * same stores and have voted when the promise is settled, or are about to.
     *
     * @param keys ascending, within the range and after its beginning, at most 64
     */
    Promise<TopologyOutcome> split(RegionHeader header, List<byte[]> keys);

    /**
     * Has the neighbour {@code target} take over the range of a region, which is gone then. Both must have their voters, and
     * nobody else, on the same stores. Until it is done or given up the region refuses everything.
     */
    Promise<TopologyOutcome> merge(RegionHeader source, long targetRegionId);

    /**
     * Changes who holds a region, one peer by a simple change, several through a joint membership, which ends by itself. A
     * voter comes as a learner first: promotion is refused while it lacks much of the log.
     */
    Promise<TopologyOutcome> changePeers(RegionHeader header, List<PeerChange> changes);

    /** Hands the leadership of a region to the voter on {@code toStoreId}. Done means that it has begun. */
    Promise<TopologyOutcome> transferLeader(RegionHeader header, long toStoreId);

    /**
     * Exports a region as an archive (see {@link io.nokv.raft.archive}), as of one moment after everything that was acknowledged before this
     * call. Asked of its leader; what goes on meanwhile is not held up.
     */
    Promise<ExportOutcome> exportRegion(RegionHeader header);

    /**
     * Begins to bring a region here from an archive: the range and the rows of it, at its index and term, under an epoch above
     * its own, with this store as its only member. Others get it by {@link #changePeers}. An archive comes to one store: two that were given
     * different ones would be replicas of one region with different rows. INVALID_ARGUMENT for ids that cannot be, OVERLOADED when
     * too much is under way.
     *
     * @param regionId unique in the cluster, never used before
     * @param peerId likewise, of the replica here
     */
    RegionImport importRegion(long regionId, long peerId);

    /** Null when nothing of the region is here. */
    RegionStatus status(long regionId);

    /** All regions here, by id. */
    List<RegionStatus> regions();

    /** What became of requests, topology changes and restarts. */
    ExecutionStatus execution();

    RaftStoreStats stats();

    /** Stops hosting: what is under way ends as unknown. Waits for what is being written. The engine stays open. */
    @Override
    void close();
}
