/**
 * Who belongs to a group, and how that may change. Start at {@link io.nokv.raft.membership.Membership}; a {@link
 * io.nokv.raft.membership.MembershipChange} applied to it gives a {@link io.nokv.raft.membership.ChangeOutcome}: the next
 * membership, or why there is none.
 *
 * <p>Invariants, checked when a membership is made: there is a voter; learners do not vote, neither in the incoming nor
 * in the outgoing half; a member that turns from voter to learner in a joint change waits in {@code learnersNext} until
 * the outgoing half is gone; only a joint membership has an outgoing half. One change alters one voter or goes through
 * a joint membership, so that the quorums of two memberships that follow one another always meet. Everything is
 * immutable; nothing here knows of replicas or logs.
 */
package io.nokv.raft.membership;
