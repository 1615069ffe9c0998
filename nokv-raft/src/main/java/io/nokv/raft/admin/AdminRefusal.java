package io.nokv.raft.admin;

import io.nokv.raft.region.RegionDescriptor;
import java.util.List;

/**
 * What a store says when it does not do what it was asked.
 *
 * @param leaderStoreId of NOT_LEADER, 0 when not known
 * @param current of EPOCH_MISMATCH: what covers the former range of the region now
 * @param message for people
 */
public record AdminRefusal(AdminReason reason, long leaderStoreId, List<RegionDescriptor> current, String message) {}
