package io.nokv.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.NokvException;
import io.nokv.raft.TestSeed;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.membership.MembershipChange.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The thesis beyond the paper, and what neither says: leases, promises, asynchronous persistence, budgets. */
class ReplicaTest {
    private static final Membership THREE = Membership.of(1, 2, 3);
    private static final ReplicaOptions OPTIONS = ReplicaOptions.defaults();

    private static Entry entry(long term, long index, String command) {
        return new Entry(term, index, Entry.Kind.COMMAND, command.getBytes());
    }

    private static Message.Append append(long term, long prevIndex, long prevTerm, long commit, Entry... entries) {
        return new Message.Append(2, 1, term, prevIndex, prevTerm, List.of(entries), commit);
    }

    private static TestNode node(ReplicaOptions options) {
        return new TestNode(1, THREE, options).startLate();
    }

    /** Leads in term 1, with an entry of its own committed. */
    private static TestNode leader(ReplicaOptions options) {
        TestNode node = node(options);
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, 1, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, 1, true, 0, 0));
        ack(node, 2);
        assertEquals(1, node.status().committed());
        return node;
    }

    private static void ack(TestNode leader, long from) {
        leader.receive(new Message.Appended(from, 1, leader.status().term(), leader.status().lastIndex()));
    }

    /** Answers the newest heartbeat. */
    private static void answer(TestNode leader, long from) {
        long round = leader.takeSent(Message.Heartbeat.class).getLast().round();
        leader.receive(new Message.HeartbeatReply(from, 1, leader.status().term(), round));
    }

    // ---- leases ----------------------------------------------------------------------------------------------

    @Test
    void theLeaseIsShorterThanThePromiseByTheDriftOfBothClocks() {
        assertEquals(998_001_998, OPTIONS.leaseNanos());
        TestSeed.check(ReplicaTest.class, 5_000, random -> {
            ReplicaOptions options = OPTIONS.withPromise(random.nextLong(1L << 40), random.nextInt(1_000_000));
            double slowest = 1 - options.maxClockDriftPpm() / 1e6;
            double fastest = 1 + options.maxClockDriftPpm() / 1e6;
            double leaseAtMost = options.leaseNanos() / slowest;
            double promiseAtLeast = options.promiseNanos() / fastest;
            assertTrue(leaseAtMost <= promiseAtLeast * (1 + 1e-12), options::toString);
            assertTrue((options.leaseNanos() + 2) / slowest >= promiseAtLeast * (1 - 1e-12), options::toString);
        });
    }

    @Test
    void theLeaseCountsFromWhenTheHeartbeatWasSent() {
        TestNode leader = leader(OPTIONS);
        long sentAt = leader.nowNanos;
        leader.nowNanos += 500_000_000;
        answer(leader, 3);
        leader.nowNanos = sentAt + OPTIONS.leaseNanos() - 1;
        assertEquals(new ReadAdmission.Now(1), leader.replica.read(7, true, leader.nowNanos));
        leader.nowNanos = sentAt + OPTIONS.leaseNanos();
        assertInstanceOf(ReadAdmission.Pending.class, leader.replica.read(8, true, leader.nowNanos));
    }

    @Test
    void theLeaseBeginsAnewWithAMembership() {
        TestNode leader = leader(OPTIONS);
        answer(leader, 3);
        assertInstanceOf(ReadAdmission.Now.class, leader.replica.read(7, true, leader.nowNanos));
        leader.replica.change(new MembershipChange.Simple(new Step.AddVoter(4)));
        leader.work();
        ack(leader, 2);
        assertTrue(leader.status().membership().isVoter(4));
        assertInstanceOf(ReadAdmission.Pending.class, leader.replica.read(8, true, leader.nowNanos),
                "2 and 3 promised; 1, 4 and somebody else could elect a leader without them");
        leader.work();
        long round = leader.takeSent(Message.Heartbeat.class).getLast().round();
        leader.receive(new Message.HeartbeatReply(2, 1, 1, round));
        leader.receive(new Message.HeartbeatReply(4, 1, 1, round));
        assertInstanceOf(ReadAdmission.Now.class, leader.replica.read(9, true, leader.nowNanos));
    }

    @Test
    void withoutAPromiseThereIsNoLeaseAndNoWait() {
        ReplicaOptions options = OPTIONS.withPromise(0, 1_000);
        TestNode node = new TestNode(1, Membership.of(1), options).start();
        node.campaign();
        assertEquals(Standing.LEADER, node.status().standing());
        assertInstanceOf(ReadAdmission.Pending.class, node.replica.read(1, true, node.nowNanos));
        node.work();
        assertEquals(List.of(new ReadOutcome.Confirmed(1, 1)), node.reads);
    }

    @Test
    void theLeaseShownIsTheLeaseByWhichReadsAreAdmitted() {
        TestNode leader = leader(OPTIONS);
        assertTrue(leader.replica.leaseEndsNanos() - leader.nowNanos <= 0, "nobody has answered a heartbeat");
        answer(leader, 3);
        long ends = leader.replica.leaseEndsNanos();
        leader.nowNanos = ends - 1;
        assertEquals(new ReadAdmission.Now(1), leader.replica.read(7, true, leader.nowNanos));
        leader.nowNanos = ends;
        assertInstanceOf(ReadAdmission.Pending.class, leader.replica.read(8, true, leader.nowNanos));
        leader.work();
        answer(leader, 3);
        assertTrue(leader.replica.leaseEndsNanos() - leader.nowNanos > 0, "the lease begins anew");
        leader.replica.transfer(2);
        leader.work();
        assertTrue(leader.replica.leaseEndsNanos() - leader.nowNanos <= 0, "2 may campaign at once");
        leader.receive(new Message.NewerTerm(2, 1, 5));
        assertTrue(leader.replica.leaseEndsNanos() - leader.nowNanos <= 0, "it does not lead");
    }

    // ---- news of commits -------------------------------------------------------------------------------------

    /** Commit indexes that 2 and 3 were told by messages without entries. */
    private static List<Long> told(TestNode leader) {
        return leader.takeSent(Message.Append.class).stream().filter(append -> append.entries().isEmpty())
                .map(Message.Append::commit).toList();
    }

    @Test
    void newsOfACommitWaitForTheNextEntriesOrTheNextTick() {
        TestNode leader = leader(OPTIONS.withLazyCommits(true));
        ack(leader, 3);
        told(leader);
        leader.propose("a");
        ack(leader, 2);
        ack(leader, 3);
        assertEquals(2, leader.status().committed());
        assertEquals(List.of(), told(leader));
        leader.propose("b");
        assertEquals(List.of(2L, 2L),
                leader.takeSent(Message.Append.class).stream().map(Message.Append::commit).toList());
        ack(leader, 2);
        ack(leader, 3);
        assertEquals(List.of(), told(leader));
        leader.tick(1);
        assertEquals(List.of(3L, 3L), told(leader));
        leader.tick(1);
        assertEquals(List.of(), told(leader), "everybody knows");
        leader.propose("c");
        ack(leader, 2);
        ack(leader, 3);
        leader.takeSent();
        leader.replica.tellCommit();
        leader.work();
        assertEquals(List.of(4L, 4L), told(leader), "the owner does not want to wait");
    }

    @Test
    void newsOfTheFirstCommitOfATermAndOfChangesDoNotWait() {
        TestNode leader = node(OPTIONS.withLazyCommits(true));
        leader.campaign();
        leader.receive(new Message.PreVoteReply(2, 1, 1, true, 0, 0));
        leader.receive(new Message.VoteReply(2, 1, 1, true, 0, 0));
        leader.takeSent();
        ack(leader, 2);
        assertEquals(List.of(1L), told(leader), "3 is probed, it gets one message at a time");
        ack(leader, 3);
        leader.replica.change(new MembershipChange.Simple(new Step.Remove(3)));
        leader.work();
        leader.takeSent();
        ack(leader, 2);
        assertEquals(List.of(2L, 2L), told(leader), "whoever leaves would hear of it never");
        assertTrue(leader.status().membership().isVoter(2) && !leader.status().membership().isVoter(3));
    }

    // ---- reads -----------------------------------------------------------------------------------------------

    @Test
    void aReadIsNotConfirmedByARoundThatBeganBeforeIt() {
        TestNode leader = leader(OPTIONS);
        leader.tick(OPTIONS.heartbeatTicks());
        long before = leader.takeSent(Message.Heartbeat.class).getLast().round();
        leader.replica.read(5, false, leader.nowNanos);
        leader.receive(new Message.HeartbeatReply(2, 1, 1, before));
        assertEquals(List.of(), leader.reads);
        leader.receive(new Message.HeartbeatReply(2, 1, 1, before + 1));
        assertEquals(List.of(new ReadOutcome.Confirmed(5, 1)), leader.reads);
    }

    @Test
    void readsBetweenTwoReadysShareARound() {
        TestNode leader = leader(OPTIONS);
        leader.takeSent();
        for (int i = 0; i < 10; i++) {
            leader.replica.read(i, false, leader.nowNanos);
        }
        leader.work();
        assertEquals(2, leader.takeSent(Message.Heartbeat.class).size());
    }

    @Test
    void readsBeyondTheBudgetAreRefused() {
        ReplicaOptions.Budgets b = OPTIONS.budgets();
        TestNode leader = leader(OPTIONS.withBudgets(new ReplicaOptions.Budgets(b.messageBytes(),
                b.inflightMessages(), b.inflightBytes(), b.uncommittedBytes(), b.applyingBytes(), 2)));
        leader.replica.read(1, false, leader.nowNanos);
        leader.replica.read(2, false, leader.nowNanos);
        assertEquals(new ReadAdmission.Overloaded(2), leader.replica.read(3, false, leader.nowNanos));
    }

    // ---- persistence -----------------------------------------------------------------------------------------

    @Test
    void aLateConfirmationDoesNotVouchForAnEntryThatWasReplaced() {
        TestNode node = node(OPTIONS);
        node.replica.receive(append(1, 0, 0, 0, entry(1, 1, "a"), entry(1, 2, "b")), node.nowNanos);
        Ready first = node.replica.ready();
        node.replica.receive(append(2, 1, 1, 0, entry(2, 2, "c")), node.nowNanos);
        Ready second = node.replica.ready();
        assertEquals(2 * entry(1, 1, "a").bytes(), node.status().tailBytes());
        node.replica.persisted(first.number());
        assertEquals(1, node.status().durable(), "entry 2 on disk is the old one");
        assertEquals(entry(2, 2, "c").bytes(), node.status().tailBytes());
        node.replica.persisted(second.number());
        assertEquals(2, node.status().durable());
        assertEquals(List.of("c"), second.entries().stream().map(e -> new String(e.data())).toList());
    }

    @Test
    void theSameEntryWrittenTwiceIsDurableOnlyWithTheLastWrite() {
        TestNode node = node(OPTIONS);
        node.replica.receive(append(1, 0, 0, 0, entry(1, 1, "a")), node.nowNanos);
        Ready first = node.replica.ready();
        node.replica.receive(append(2, 0, 0, 0, entry(2, 1, "b")), node.nowNanos);
        node.replica.ready();
        node.replica.receive(append(3, 0, 0, 0, entry(1, 1, "a")), node.nowNanos);
        Ready third = node.replica.ready();
        node.replica.persisted(first.number());
        assertEquals(0, node.status().durable());
        node.replica.persisted(third.number());
        assertEquals(1, node.status().durable());
        assertEquals(0, node.status().tailBytes());
    }

    @Test
    void anAcknowledgementOfWhatIsDurableDoesNotWait() {
        TestNode node = node(OPTIONS);
        node.receive(append(1, 0, 0, 0, entry(1, 1, "a")));
        node.takeSent();
        node.holding = true;
        node.receive(append(1, 1, 1, 0, entry(1, 2, "b")));
        node.receive(append(1, 0, 0, 0, entry(1, 1, "a")));
        assertEquals(List.of(new Message.Appended(1, 2, 1, 1)), node.takeSent());
    }

    @Test
    void aReplyInATermThatIsNotDurableWaitsForIt() {
        TestNode node = node(OPTIONS);
        node.holding = true;
        node.receive(new Message.Heartbeat(2, 1, 5, 1, 0));
        assertEquals(List.of(), node.takeSent());
        node.persist();
        assertEquals(List.of(new Message.HeartbeatReply(1, 2, 5, 1)), node.takeSent());
        node.holding = true;
        node.receive(new Message.Heartbeat(2, 1, 5, 2, 0));
        assertEquals(List.of(new Message.HeartbeatReply(1, 2, 5, 2)), node.takeSent());
    }

    @Test
    void aCommitIndexAloneNeedsNoSync() {
        TestNode node = node(OPTIONS);
        node.receive(append(1, 0, 0, 0, entry(1, 1, "a")));
        node.replica.receive(append(1, 1, 1, 1), node.nowNanos);
        Ready ready = node.replica.ready();
        assertEquals(new HardState(1, 0, 1), ready.hardState());
        assertTrue(!ready.mustSync() && ready.persists());
        assertNull(node.replica.ready());
    }

    @Test
    void aStateMachineThatIsBehindIsNotFedWithoutBound() {
        ReplicaOptions.Budgets b = OPTIONS.budgets();
        TestNode node = node(OPTIONS.withBudgets(new ReplicaOptions.Budgets(b.messageBytes(), b.inflightMessages(),
                b.inflightBytes(), b.uncommittedBytes(), 60, b.reads())));
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            entries.add(entry(1, i, "x"));
        }
        node.applyHolding = true;
        node.receive(new Message.Append(2, 1, 1, 0, 0, entries, 10));
        long handed = node.applied;
        assertTrue(handed >= 2 && handed <= 3, "handed out " + handed);
        node.work();
        assertEquals(handed, node.applied);
        node.applyHolding = false;
        node.replica.applied(handed);
        node.work();
        assertEquals(10, node.applied);
    }

    // ---- membership ------------------------------------------------------------------------------------------

    @Test
    void nobodyCampaignsWhileACommittedChangeIsNotApplied() {
        TestNode node = node(OPTIONS);
        node.applyHolding = true;
        byte[] change = new MembershipChange.Simple(new Step.Remove(3)).encode();
        node.receive(append(1, 0, 0, 1, new Entry(1, 1, Entry.Kind.CHANGE, change)));
        node.nowNanos += OPTIONS.promiseNanos();
        node.campaign();
        assertEquals(Standing.FOLLOWER, node.status().standing());
        node.replica.applied(1);
        node.campaign();
        assertEquals(Standing.PRE_CANDIDATE, node.status().standing());
        assertEquals(List.of(2L), node.takeSent(Message.PreVote.class).stream().map(Message::to).toList());
    }

    @Test
    void nobodyCampaignsAfterARestartEitherBeforeItHasAppliedACommittedChange() {
        TestNode node = node(OPTIONS);
        byte[] change = new MembershipChange.Simple(new Step.Remove(3)).encode();
        node.applyHolding = true;
        node.receive(append(1, 0, 0, 1, new Entry(1, 1, Entry.Kind.CHANGE, change)));
        node.applied = 0;
        node.membership = THREE;
        node.startLate();
        node.campaign();
        assertEquals(Standing.FOLLOWER, node.status().standing());
    }

    @Test
    void aChangeWaitsForTheLeadersFirstEntryAndForTheChangeBefore() {
        TestNode node = node(OPTIONS);
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, 1, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, 1, true, 0, 0));
        MembershipChange change = new MembershipChange.Simple(new Step.AddLearner(4));
        assertEquals(new ProposeOutcome.ChangeUnderWay(1), node.replica.change(change));
        ack(node, 2);
        assertEquals(new ProposeOutcome.Accepted(1, 2, 2), node.replica.change(change));
        assertEquals(new ProposeOutcome.ChangeUnderWay(2), node.replica.change(change));
    }

    @Test
    void aRefusedVoteTellsACandidateWhatIsCommitted() {
        TestNode node = new TestNode(1, THREE, OPTIONS).withLog(1, 1, 1).startLate();
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, 1, false, 2, 1));
        assertEquals(2, node.status().committed());
        node.receive(new Message.PreVoteReply(3, 1, 1, false, 3, 2));
        assertEquals(2, node.status().committed(), "another entry 3 is committed there");
    }

    // ---- flow ------------------------------------------------------------------------------------------------

    @Test
    void aFollowerThatAnswersSlowlyIsSentNoMoreThanTheBudget() {
        ReplicaOptions.Budgets b = OPTIONS.budgets();
        TestNode leader = leader(OPTIONS.withBudgets(
                new ReplicaOptions.Budgets(1, 5, b.inflightBytes(), b.uncommittedBytes(), b.applyingBytes(), 9)));
        leader.takeSent();
        for (int i = 0; i < 50; i++) {
            leader.propose("x");
        }
        assertEquals(5, leader.takeSent(Message.Append.class).stream().filter(m -> m.to() == 2).count());
        leader.receive(new Message.Appended(2, 1, 1, 3));
        assertEquals(2, leader.takeSent(Message.Append.class).stream()
                .filter(m -> m.to() == 2 && !m.entries().isEmpty()).count());
    }

    @Test
    void lostAppendsAreFoundOutByTheNextHeartbeat() {
        TestNode leader = leader(OPTIONS);
        leader.propose("lost");
        leader.takeSent();
        leader.receive(new Message.HeartbeatReply(2, 1, 1, 1));
        Message.Append asks = leader.takeSent(Message.Append.class).getFirst();
        assertEquals(2, asks.prevIndex());
        leader.receive(new Message.AppendRefused(2, 1, 1, 2, 1, 1));
        assertEquals(List.of(entry(1, 2, "lost")), leader.takeSent(Message.Append.class).getFirst().entries());
    }

    @Test
    void aSnapshotNobodyReportsOnIsGivenUpAfterAWhile() {
        TestNode leader = leader(OPTIONS);
        leader.propose("a");
        ack(leader, 2);
        leader.compact(2);
        leader.receive(new Message.AppendRefused(3, 1, 1, 0, 0, 0));
        assertTrue(leader.replica.feed(3).startsWith("SNAPSHOT"), leader.replica.feed(3));
        leader.takeSent();
        boolean again = false;
        for (int i = 0; i < 12 * OPTIONS.electionTicks() && !again; i++) {
            leader.tick(1);
            leader.receive(new Message.HeartbeatReply(2, 1, 1, 1));
            leader.receive(new Message.HeartbeatReply(3, 1, 1, 1));
            again = !leader.takeSent(Message.InstallSnapshot.class).isEmpty();
        }
        assertTrue(again);
    }

    @Test
    void compactingWhatIsNotAppliedIsABug() {
        TestNode leader = leader(OPTIONS);
        leader.propose("a");
        assertThrows(AssertionError.class, () -> leader.replica.compact(2));
    }

    @Test
    void optionsThatCannotWorkAreRefused() {
        assertThrows(NokvException.class, () -> OPTIONS.withTicks(2, 2));
        assertThrows(NokvException.class, () -> OPTIONS.withTicks(2, 0));
        assertThrows(NokvException.class, () -> OPTIONS.withPromise(-1, 0));
        assertThrows(NokvException.class, () -> OPTIONS.withPromise(1, 1_000_000));
    }

    /** Terms kept as runs answer as a list of terms does. */
    @Test
    void theOutlineOfALogAnswersAsTheLogDoes() {
        TestSeed.check(ReplicaTest.class, 300, random -> {
            Terms terms = new Terms(LogShape.EMPTY);
            ArrayList<Long> model = new ArrayList<>(List.of(0L));
            int base = 0;
            long term = 1;
            for (int step = 0; step < 60; step++) {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        int cut = base + 1 + random.nextInt(model.size() - base);
                        terms.cut(cut);
                        model.subList(Math.min(cut, model.size()), model.size()).clear();
                        term = model.getLast();
                    }
                    case 1 -> {
                        base += random.nextInt(model.size() - base);
                        if (base > terms.baseIndex()) {
                            terms.compact(base);
                        }
                    }
                    default -> {
                        term += random.nextInt(2);
                        model.add(Math.max(1, term));
                        terms.append(model.size() - 1, Math.max(1, term));
                    }
                }
                assertEquals(model.size() - 1, terms.lastIndex());
                assertEquals(model.getLast(), terms.lastTerm());
                for (int i = base; i < model.size(); i++) {
                    assertEquals(model.get(i), terms.at(i));
                }
                assertEquals(Terms.UNKNOWN, terms.at(model.size()));
                int from = base + random.nextInt(model.size() - base);
                long most = random.nextLong(term + 2);
                int agrees = from;
                while (agrees > base && model.get(agrees) > most) {
                    agrees--;
                }
                assertEquals(agrees, terms.lastAtMost(from, most));
            }
        });
    }
}
