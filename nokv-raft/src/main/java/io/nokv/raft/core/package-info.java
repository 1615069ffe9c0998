/**
 * The Raft core: a pure state machine. Start at {@link io.nokv.raft.core.Replica} (what happens goes in) and {@link
 * io.nokv.raft.core.Ready} (what is to be done comes out); {@link io.nokv.raft.core.Message} is what replicas say to each
 * other.
 *
 * <p>After Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014; "figure" and "section" in
 * this package mean that paper) and Ongaro's thesis (2014); the shape, and the fine points of probing and of applying
 * memberships, after the Raft of etcd.
 *
 * <p>A replica has one role at a time ({@code Follower}, {@code Candidate}, {@code Leader}), an object that remembers what
 * matters for that role and goes when the role ends. {@code Core} is what they share; {@code ReplicaLog} the log; {@code
 * Replication} and {@code ReadRounds} are the two halves of a leader.
 *
 * <p>Invariants:
 * <ul>
 * <li>Nothing that could still be lost is vouched for: votes, requests for votes and acknowledgements leave after the
 * Ready that makes them true is durable, and a leader or candidate counts itself only then.
 * <li>A leader commits by counting only entries of its own term.
 * <li>Only durable, committed entries are handed out to be applied; a membership holds from the moment its entry is
 * applied, one at a time, and nobody campaigns while a committed one is not.
 * <li>Ticks drive what has to happen at all; nanoseconds of the owner's clock decide what must not happen (leases and
 * promises), so that late or bunched ticks cost time and never safety.
 * <li>Memory is bounded by {@link io.nokv.raft.core.ReplicaOptions.Budgets}; what does not fit is refused, with a reason.
 * </ul>
 *
 * <p>Threads: none of its own; one caller at a time per replica.
 */
package io.nokv.raft.core;
