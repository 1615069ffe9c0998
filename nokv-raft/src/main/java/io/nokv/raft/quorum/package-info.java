/**
 * Quorum arithmetic: which index a group has agreed on, and whether a vote is decided. Start at {@link
 * io.nokv.raft.quorum.JointQuorum}, which is what a replica asks; {@link io.nokv.raft.quorum.Majority} is one half of it
 * and {@link io.nokv.raft.quorum.MemberSet} who belongs to it.
 *
 * <p>Invariants: any two majorities of one set meet; a joint quorum needs a majority of both halves; an empty half agrees
 * with everything, so that a joint quorum whose outgoing half is empty is a plain majority. Nothing here knows of
 * replicas, terms or messages. Everything is immutable; threads do not matter.
 */
package io.nokv.raft.quorum;
