package io.nokv.raft.store;

import io.nokv.base.port.Net;
import io.nokv.base.port.Ports;
import io.nokv.lsm.Engine;
import io.nokv.raft.storage.RaftLogs;

/**
 * What a store is opened with. None is null.
 *
 * @param storeId unique in the cluster, positive; also its node in {@code net}
 * @param engine open, with {@code logs} among its log's consumers
 * @param logs not yet opened: the store does that
 * @param net not yet listened to: the store does that
 */
public record RaftStoreSetup(long storeId, Engine engine, RaftLogs logs, Net net, Ports ports, RaftStoreOptions options,
        Applier applier, ApplyObserver observer, SnapshotTransfer transfer, Ids ids) {}
