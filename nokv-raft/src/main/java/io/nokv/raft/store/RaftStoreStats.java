package io.nokv.raft.store;

/**
 * What a store counts, since opening unless said otherwise. Whatever is dropped, refused or waits is counted here.
 *
 * @param regions hosted at present
 * @param leading of these, led from here
 * @param awake of these, ticking
 * @param proposals taken
 * @param applied entries, of all kinds
 * @param applyBatches engine batches that they went into
 * @param syncs waits for the disk that log writes of all regions shared
 * @param turns of event loops
 * @param readies written to the log
 * @param reads permitted
 * @param messagesIn raft messages taken
 * @param messagesOut raft messages sent
 * @param framesOut what they were sent in
 * @param droppedIn raft messages dropped because an inbox was full
 * @param droppedUnknown messages for replicas that are not here and must not come to be
 * @param overloaded requests refused because of a full queue or budget
 * @param timedOut proposals whose outcome was not known in time
 * @param applyBacklogBytes entries that wait to be applied, at present
 * @param applyPauses how often a region handed out no more entries because of that
 * @param logFull requests refused because the engine's log had no room
 * @param snapshotsMade exports
 * @param snapshotsInstalled ingests
 * @param snapshotsRefused by replicas that could not take one then
 * @param snapshotsFailed exports, transfers or ingests that did not end well
 * @param splits carried out here
 * @param merges carried out here
 * @param rollbacks of merges, carried out here
 * @param autoSplits that this store asked for by itself
 * @param autoMerges likewise
 * @param removed replicas that left this store
 * @param hibernations regions that went to sleep
 * @param wakes regions that woke
 * @param listenersFailed how often a listener of a promise that was given out threw something; nobody else is harmed by that
 */
public record RaftStoreStats(int regions, int leading, int awake, long proposals, long applied, long applyBatches,
        long syncs, long turns, long readies, long reads, long messagesIn, long messagesOut, long framesOut,
        long droppedIn,
        long droppedUnknown, long overloaded, long timedOut, long applyBacklogBytes, long applyPauses, long logFull,
        long snapshotsMade, long snapshotsInstalled, long snapshotsRefused, long snapshotsFailed, long splits,
        long merges,
        long rollbacks, long autoSplits, long autoMerges, long removed, long hibernations, long wakes,
        long listenersFailed) {}
