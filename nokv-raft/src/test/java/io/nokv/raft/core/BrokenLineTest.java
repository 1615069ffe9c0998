package io.nokv.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.membership.MembershipChange.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Lines of the core that no other test of it misses when they are broken, and that the simulation misses rarely or never: what they
 * prevent needs several rare things at once, or costs time alone. One test for each.
 */
class BrokenLineTest {
    private static final Membership THREE = Membership.of(1, 2, 3);
    private static final Membership FOUR = Membership.of(1, 2, 3, 4);
    private static final ReplicaOptions OPTIONS = ReplicaOptions.defaults();

    private static Entry entry(long term, long index) {
        return new Entry(term, index, Entry.Kind.COMMAND, new byte[]{'x'});
    }

    private static Entry removal(long term, long index) {
        return new Entry(term, index, Entry.Kind.CHANGE, new MembershipChange.Simple(new Step.Remove(3)).encode());
    }

    private static Message.Append append(long term, long prevIndex, long prevTerm, long commit, Entry... entries) {
        return new Message.Append(2, 1, term, prevIndex, prevTerm, List.of(entries), commit);
    }

    private static Message.InstallSnapshot install(long term, long index, long indexTerm, Membership membership) {
        return new Message.InstallSnapshot(2, 1, term, new Snapshot(index, indexTerm, membership, new byte[]{'s'}));
    }

    private static TestNode node() {
        return new TestNode(1, THREE, OPTIONS).startLate();
    }

    private static TestNode elected() {
        TestNode node = node();
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, 1, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, 1, true, 0, 0));
        assertEquals(Standing.LEADER, node.status().standing());
        return node;
    }

    /** Leads in term 1, with an entry of its own committed. */
    private static TestNode leader() {
        TestNode node = elected();
        ack(node, 2);
        assertEquals(1, node.status().committed());
        return node;
    }

    private static void ack(TestNode leader, long from) {
        leader.receive(new Message.Appended(from, 1, leader.status().term(), leader.status().lastIndex()));
    }

    // ---- votes -----------------------------------------------------------------------------------------------

    /** A request for that vote may have been under way for long, and another vote in the same term could elect a second leader. */
    @Test
    void aLeaderThatStepsDownHasVotedInItsTerm() {
        TestNode node = leader();
        node.tick(3 * OPTIONS.electionTicks());
        node.nowNanos += OPTIONS.promiseNanos();
        assertEquals(1, node.status().term());
        node.takeSent();
        node.receive(new Message.RequestVote(3, 1, 1, 9, 1, false));
        assertEquals(List.of(false),
                node.takeSent(Message.VoteReply.class).stream().map(Message.VoteReply::granted).toList());
    }

    @Test
    void whoKnowsTheLeaderOfATermHelpsNobodyElseInIt() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 0));
        node.nowNanos += OPTIONS.promiseNanos();
        node.takeSent();
        node.receive(new Message.RequestVote(3, 1, 1, 9, 1, false));
        assertEquals(List.of(false),
                node.takeSent(Message.VoteReply.class).stream().map(Message.VoteReply::granted).toList());
    }

    /** Something that was written before it voted says nothing of the vote. */
    @Test
    void itsOwnVoteCountsWhenThatIsDurable() {
        TestNode node = node();
        node.holding = true;
        node.receive(append(1, 0, 0, 0, entry(1, 1)));
        node.nowNanos += OPTIONS.promiseNanos();
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, 2, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, 2, true, 0, 0));
        node.replica.persisted(1);
        assertEquals(Standing.CANDIDATE, node.status().standing());
        node.persist();
        assertEquals(Standing.LEADER, node.status().standing());
    }

    /** Ticks may come in a bunch; what was promised is a time. */
    @Test
    void ticksDoNotEndAPromise() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 0));
        for (int i = 0; i < 5 * OPTIONS.electionTicks(); i++) {
            node.replica.tick(node.nowNanos);
            node.work();
        }
        assertEquals(Standing.FOLLOWER, node.status().standing());
        assertEquals(2, node.status().leader());
    }

    @Test
    void aLeaderThatAQuorumHasJustConfirmedIsNotDisturbed() {
        TestNode node = leader();
        long round = node.takeSent(Message.Heartbeat.class).getLast().round();
        node.receive(new Message.HeartbeatReply(3, 1, 1, round));
        node.receive(new Message.RequestVote(2, 1, 5, 9, 4, false));
        assertEquals(Standing.LEADER, node.status().standing());
        assertEquals(1, node.status().term());
    }

    // ---- snapshots -------------------------------------------------------------------------------------------

    @Test
    void nobodyCampaignsWithASnapshotThatIsNotInstalled() {
        TestNode node = node();
        node.holding = true;
        node.receive(install(2, 5, 2, THREE));
        node.nowNanos += OPTIONS.promiseNanos();
        node.campaign();
        assertEquals(Standing.FOLLOWER, node.status().standing());
        node.persist();
        node.campaign();
        assertEquals(Standing.PRE_CANDIDATE, node.status().standing());
    }

    @Test
    void theFirstOfTwoSnapshotsIsNotTheLast() {
        TestNode node = node();
        node.holding = true;
        node.receive(install(2, 5, 2, THREE));
        node.receive(install(2, 8, 2, THREE));
        node.replica.persisted(1);
        node.nowNanos += OPTIONS.promiseNanos();
        node.campaign();
        assertEquals(Standing.FOLLOWER, node.status().standing());
        node.persist();
        node.campaign();
        assertEquals(Standing.PRE_CANDIDATE, node.status().standing());
    }

    @Test
    void nothingIsAcknowledgedBeforeTheSnapshotIsInstalled() {
        TestNode node = node();
        node.receive(append(2, 0, 0, 0));
        node.takeSent();
        node.holding = true;
        node.receive(install(2, 5, 2, THREE));
        node.receive(append(2, 3, 2, 5));
        assertEquals(List.of(), node.takeSent(), "an append from before what the snapshot covers");
        node.persist();
        Message all = new Message.Appended(1, 2, 2, 5);
        assertEquals(List.of(all, all), node.takeSent());
    }

    @Test
    void aSnapshotOfWhatIsCompactedChangesNothing() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 3, entry(1, 1), entry(1, 2), entry(1, 3)));
        node.compact(2);
        node.takeSent();
        node.receive(install(1, 1, 1, THREE));
        assertEquals(List.of(new Message.Appended(1, 2, 1, 3)), node.takeSent());
        assertEquals(3, node.status().lastIndex());
        assertEquals(3, node.status().applied());
    }

    @Test
    void aChangeThatASnapshotOvertakesIsForgotten() {
        TestNode node = node();
        node.applyHolding = true;
        node.receive(append(1, 0, 0, 1, removal(1, 1)));
        node.receive(install(1, 5, 1, FOUR));
        node.applyHolding = false;
        node.receive(append(1, 5, 1, 6, entry(1, 6)));
        assertEquals(FOUR, node.status().membership());
    }

    @Test
    void aChangeInALogThatASnapshotReplacesHoldsNothingUp() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 0, entry(1, 1), entry(1, 2), removal(1, 3)));
        node.receive(install(2, 5, 2, THREE));
        node.receive(append(2, 5, 2, 6, entry(2, 6)));
        assertEquals(6, node.status().applied());
    }

    @Test
    void aLateConfirmationDoesNotVouchForWhatASnapshotReplaced() {
        TestNode node = node();
        node.holding = true;
        node.receive(append(1, 0, 0, 0, entry(1, 1), entry(1, 2), entry(1, 3), entry(1, 4)));
        node.receive(install(2, 2, 2, THREE));
        node.replica.persisted(1);
        assertEquals(2, node.status().durable());
        assertEquals(2, node.status().lastIndex());
    }

    // ---- the log ---------------------------------------------------------------------------------------------

    @Test
    void aHeartbeatCommitsWhatItSaysAndNoMore() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 0, entry(1, 1), entry(1, 2), entry(1, 3)));
        node.receive(new Message.Heartbeat(2, 1, 1, 1, 2));
        assertEquals(2, node.status().committed());
    }

    @Test
    void aLeaderCountsOnlyThoseOfItsEntriesThatAreDurable() {
        TestNode node = leader();
        node.holding = true;
        node.replica.propose(List.of(new byte[]{'a'}));
        Ready first = node.replica.ready();
        node.replica.propose(List.of(new byte[]{'b'}));
        Ready second = node.replica.ready();
        node.replica.persisted(first.number());
        node.replica.receive(new Message.Appended(2, 1, 1, 3), node.nowNanos);
        assertEquals(2, node.status().committed());
        node.replica.persisted(second.number());
        assertEquals(3, node.status().committed());
    }

    /** What is behind it may have to be applied under another membership. */
    @Test
    void whatIsHandedOutEndsWithAChange() {
        TestNode node = node();
        node.applyHolding = true;
        node.receive(append(1, 0, 0, 3, entry(1, 1), removal(1, 2), entry(1, 3)));
        assertEquals(2, node.applied);
        node.applyHolding = false;
        node.replica.applied(2);
        assertEquals(Membership.of(1, 2), node.status().membership());
        node.work();
        assertEquals(3, node.applied);
    }

    @Test
    void aChangeThatWasCutOffHoldsNothingUp() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 0, removal(1, 1)));
        node.applyHolding = true;
        node.receive(append(2, 0, 0, 2, entry(2, 1), entry(2, 2)));
        assertEquals(2, node.applied);
        assertEquals(THREE, node.status().membership());
    }

    // ---- what a leader knows of the others -------------------------------------------------------------------

    @Test
    void whoLeftHearsNothingMore() {
        TestNode node = leader();
        node.replica.change(new MembershipChange.Simple(new Step.Remove(3)));
        node.work();
        ack(node, 2);
        assertEquals(Membership.of(1, 2), node.status().membership());
        node.takeSent();
        node.tick(OPTIONS.heartbeatTicks());
        node.propose("x");
        List<Message> sent = node.takeSent();
        assertTrue(!sent.isEmpty() && sent.stream().noneMatch(message -> message.to() == 3), sent::toString);
    }

    @Test
    void whoAskedTooEarlyHearsThatTheLeaderIsGone() {
        TestNode node = elected();
        node.replica.read(7, false, node.nowNanos);
        node.receive(new Message.Append(3, 1, 2, 0, 0, List.of(), 0));
        assertEquals(List.of(new ReadOutcome.Lost(7)), node.reads);
    }

    /** Messages overtake one another. */
    @Test
    void oldAnswersChangeNothing() {
        TestNode node = leader();
        node.propose("a");
        ack(node, 2);
        String feed = node.replica.feed(2);
        node.receive(new Message.Appended(2, 1, 1, 1));
        assertEquals(feed, node.replica.feed(2), "what it has does not become less");
        node.receive(new Message.AppendRefused(2, 1, 1, 1, 0, 0));
        assertEquals(feed, node.replica.feed(2), "it refused what it has accepted since");
    }

    @Test
    void aRefusalOfAnEarlierQuestionIsNotAnAnswerToThisOne() {
        TestNode node = new TestNode(1, THREE, OPTIONS).withLog(1, 1, 1, 1, 1, 1).startLate();
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, 2, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, 2, true, 0, 0));
        node.receive(new Message.AppendRefused(2, 1, 2, 6, 3, 1));
        List<Long> asked = new ArrayList<>(node.takeSent(Message.Append.class).stream()
                .filter(message -> message.to() == 2).map(Message.Append::prevIndex).toList());
        assertEquals(3L, asked.getLast(), asked::toString);
        IntStream.of(6, 5).forEach(prev -> node.receive(new Message.AppendRefused(2, 1, 2, prev, 0, 0)));
        assertEquals(List.of(), node.takeSent(Message.Append.class));
    }
}
