/**
 * {@code nokv.raft.v1.RaftAdmin}: what an operator and the control plane ask of one store. Start at {@link
 * io.nokv.raft.admin.RaftAdminService}, which answers for a {@link io.nokv.raft.store.RaftStore}, and {@link
 * io.nokv.raft.admin.RaftAdminClient}, which asks. Errors have an {@link io.nokv.raft.admin.AdminReason}.
 *
 * <p>The last admission, the outcomes and publish states of changes, and the restart state of a store are the contract
 * between the control plane and the execution plane; their values are those of {@link io.nokv.raft.store.ExecutionStatus}.
 *
 * <p>Threads: the service never waits and may be served on event loops; calls of the client wait.
 */
package io.nokv.raft.admin;
