package io.nokv.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.membership.Membership;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Figure 2 of the Raft paper, and sections 5 to 7, sentence by sentence; each test quotes the one it is about. */
class PaperTest {
    private static final Membership THREE = Membership.of(1, 2, 3);
    private static final ReplicaOptions OPTIONS = ReplicaOptions.defaults();

    private static TestNode node(long... logTerms) {
        return new TestNode(1, THREE, OPTIONS).withLog(logTerms).startLate();
    }

    private static Entry entry(long term, long index) {
        return new Entry(term, index, Entry.Kind.COMMAND, new byte[]{1});
    }

    private static Message.Append append(long term, long prevIndex, long prevTerm, long commit, Entry... entries) {
        return new Message.Append(2, 1, term, prevIndex, prevTerm, List.of(entries), commit);
    }

    /** Wins the election of the next term with the vote of 2. */
    private static TestNode leader(long... logTerms) {
        TestNode node = node(logTerms);
        elect(node);
        return node;
    }

    private static void elect(TestNode node) {
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, node.status().term() + 1, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, node.status().term(), true, 0, 0));
        assertEquals(Standing.LEADER, node.status().standing());
    }

    private static void ack(TestNode leader, long from) {
        leader.receive(new Message.Appended(from, 1, leader.status().term(), leader.status().lastIndex()));
    }

    // ---- Figure 2, state -----------------------------------------------------------------------------------------

    /** "Persistent state on all servers: (Updated on stable storage before responding to RPCs)". */
    @Test
    void persistentStateIsUpdatedOnStableStorageBeforeResponding() {
        TestNode node = node();
        node.holding = true;
        node.receive(new Message.RequestVote(2, 1, 1, 0, 0, false));
        assertEquals(List.of(), node.takeSent());
        node.persist();
        assertEquals(List.of(new Message.VoteReply(1, 2, 1, true, 0, 0)), node.takeSent());
        assertEquals(new HardState(1, 2, 0), node.hardState);

        node.holding = true;
        node.receive(append(1, 0, 0, 0, entry(1, 1)));
        assertEquals(List.of(), node.takeSent());
        node.persist();
        assertEquals(List.of(new Message.Appended(1, 2, 1, 1)), node.takeSent());
        assertEquals(1, node.log.size());
    }

    /** "currentTerm: latest term server has seen (initialized to 0 on first boot, increases monotonically)". */
    @Test
    void termsBeginAtZeroAndIncrease() {
        TestNode node = node();
        assertEquals(0, node.status().term());
        node.receive(append(7, 0, 0, 0));
        assertEquals(7, node.status().term());
        node.receive(append(5, 0, 0, 0));
        assertEquals(7, node.status().term());
    }

    // ---- Figure 2, AppendEntries ---------------------------------------------------------------------------------

    /** "Reply false if term < currentTerm" (AppendEntries 1). */
    @Test
    void anAppendOfAnOldTermIsAnsweredWithTheNewOne() {
        TestNode node = node(1).withTerm(3).startLate();
        node.receive(append(2, 0, 0, 0, entry(2, 1)));
        assertEquals(List.of(new Message.NewerTerm(1, 2, 3)), node.takeSent());
        assertEquals(1, node.replica.termAt(1));
    }

    /** "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm" (2). */
    @Test
    void anAppendIsRefusedWithoutTheEntryBeforeIt() {
        TestNode node = node(1, 1, 2);
        node.receive(append(4, 5, 3, 0, entry(4, 6)));
        assertEquals(List.of(new Message.AppendRefused(1, 2, 4, 5, 3, 2)), node.takeSent());
        node.receive(append(4, 3, 3, 0, entry(4, 4)));
        assertEquals(List.of(new Message.AppendRefused(1, 2, 4, 3, 3, 2)), node.takeSent());
        assertEquals(3, node.log.size());
    }

    /** "If an existing entry conflicts with a new one (same index but different terms), delete [it] and all that follow". */
    @Test
    void aConflictingEntryAndAllThatFollowAreDeleted() {
        TestNode node = node(1, 1, 1, 1);
        node.receive(append(2, 1, 1, 0, entry(2, 2)));
        assertEquals(List.of(1L, 2L), node.log.stream().map(Entry::term).toList());
        assertEquals(2, node.status().lastIndex());
    }

    /** "If an existing entry conflicts": only then; an old append that was overtaken deletes nothing. */
    @Test
    void entriesThatDoNotConflictStay() {
        TestNode node = node(1, 1, 1, 1);
        node.receive(append(2, 1, 1, 0, entry(1, 2)));
        assertEquals(4, node.log.size());
        assertEquals(List.of(new Message.Appended(1, 2, 2, 2)), node.takeSent());
    }

    /** "Append any new entries not already in the log" (4). */
    @Test
    void onlyNewEntriesAreAppended() {
        TestNode node = node(1, 1);
        node.receive(append(2, 1, 1, 0, entry(1, 2), entry(2, 3)));
        assertEquals(List.of(1L, 1L, 2L), node.log.stream().map(Entry::term).toList());
        assertEquals(Entry.Kind.EMPTY, node.log.get(1).kind());
    }

    /** "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)" (5). */
    @Test
    void theCommitIndexFollowsTheLeaderUpToTheLastNewEntry() {
        TestNode node = node(1, 1, 1, 1);
        node.receive(append(2, 1, 1, 4, entry(1, 2)));
        assertEquals(2, node.status().committed());
        node.receive(append(2, 4, 1, 3));
        assertEquals(3, node.status().committed());
        node.receive(append(2, 4, 1, 1));
        assertEquals(3, node.status().committed());
    }

    // ---- Figure 2, RequestVote -----------------------------------------------------------------------------------

    /** "Reply false if term < currentTerm" (RequestVote 1). */
    @Test
    void aVoteOfAnOldTermIsRefused() {
        TestNode node = node().withTerm(3).startLate();
        node.receive(new Message.RequestVote(2, 1, 2, 9, 2, false));
        assertEquals(List.of(new Message.VoteReply(1, 2, 3, false, 0, 0)), node.takeSent());
    }

    /** "If votedFor is null or candidateId, and candidate's log is at least as up-to-date: grant vote" (2). */
    @Test
    void oneVoteIsGivenInATerm() {
        TestNode node = node();
        node.receive(new Message.RequestVote(2, 1, 1, 0, 0, false));
        node.receive(new Message.RequestVote(3, 1, 1, 0, 0, false));
        node.receive(new Message.RequestVote(2, 1, 1, 0, 0, false));
        assertEquals(List.of(new Message.VoteReply(1, 2, 1, true, 0, 0), new Message.VoteReply(1, 3, 1, false, 0, 0),
                new Message.VoteReply(1, 2, 1, true, 0, 0)), node.takeSent());
    }

    /** The vote is remembered through a restart: "votedFor" is persistent. */
    @Test
    void oneVoteIsGivenInATermThroughARestart() {
        TestNode node = node();
        node.receive(new Message.RequestVote(2, 1, 1, 0, 0, false));
        node.startLate();
        node.receive(new Message.RequestVote(3, 1, 1, 0, 0, false));
        assertEquals(List.of(new Message.VoteReply(1, 3, 1, false, 0, 0)), node.takeSent());
    }

    /** "If the logs have last entries with different terms, the log with the later term is more up-to-date" (5.4.1). */
    @Test
    void aLogWithALaterLastTermIsMoreUpToDate() {
        TestNode node = node(1, 2);
        node.receive(new Message.RequestVote(2, 1, 3, 9, 1, false));
        node.receive(new Message.RequestVote(2, 1, 4, 1, 3, false));
        assertEquals(List.of(new Message.VoteReply(1, 2, 3, false, 0, 0), new Message.VoteReply(1, 2, 4, true, 0, 0)),
                node.takeSent());
    }

    /** "If the logs end with the same term, whichever log is longer is more up-to-date" (5.4.1). */
    @Test
    void ofLogsThatEndWithTheSameTermTheLongerIsMoreUpToDate() {
        TestNode node = node(1, 1);
        node.receive(new Message.RequestVote(2, 1, 3, 1, 1, false));
        node.receive(new Message.RequestVote(2, 1, 4, 2, 1, false));
        assertEquals(List.of(new Message.VoteReply(1, 2, 3, false, 0, 0), new Message.VoteReply(1, 2, 4, true, 0, 0)),
                node.takeSent());
    }

    // ---- Figure 2, rules for servers -----------------------------------------------------------------------------

    /** "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state machine" (all servers). */
    @Test
    void whatIsCommittedIsAppliedInOrder() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 2, new Entry(1, 1, Entry.Kind.COMMAND, new byte[]{'a'}),
                new Entry(1, 2, Entry.Kind.COMMAND, new byte[]{'b'}),
                new Entry(1, 3, Entry.Kind.COMMAND, new byte[]{'c'})));
        assertEquals(List.of("a", "b"), node.state);
        node.receive(append(1, 3, 1, 3));
        assertEquals(List.of("a", "b", "c"), node.state);
    }

    /** "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower". */
    @Test
    void aHigherTermMakesAFollowerOfEverybody() {
        TestNode leader = leader();
        leader.receive(new Message.HeartbeatReply(2, 1, 9, 1));
        assertEquals(Standing.FOLLOWER, leader.status().standing());
        assertEquals(9, leader.status().term());
        TestNode candidate = node();
        candidate.campaign();
        candidate.receive(new Message.PreVoteReply(2, 1, 4, false, 0, 0));
        assertEquals(Standing.FOLLOWER, candidate.status().standing());
        assertEquals(4, candidate.status().term());
    }

    /** "Respond to RPCs from candidates and leaders" (followers 1). */
    @Test
    void followersAnswerCandidatesAndLeaders() {
        TestNode node = node();
        node.receive(new Message.PreVote(3, 1, 1, 0, 0));
        node.receive(new Message.RequestVote(2, 1, 1, 0, 0, false));
        node.receive(new Message.Heartbeat(2, 1, 1, 5, 0));
        node.receive(append(1, 0, 0, 0));
        assertEquals(List.of(new Message.PreVoteReply(1, 3, 1, true, 0, 0), new Message.VoteReply(1, 2, 1, true, 0, 0),
                new Message.HeartbeatReply(1, 2, 1, 5), new Message.Appended(1, 2, 1, 0)), node.takeSent());
    }

    /** "If election timeout elapses without receiving AppendEntries or granting vote: convert to candidate". */
    @Test
    void aFollowerThatHearsNothingBecomesACandidate() {
        TestNode node = node();
        node.tick(OPTIONS.electionTicks() - 1);
        assertEquals(Standing.FOLLOWER, node.status().standing());
        node.tick(OPTIONS.electionTicks());
        assertEquals(Standing.PRE_CANDIDATE, node.status().standing());
        node.receive(append(1, 0, 0, 0));
        for (int i = 0; i < 100; i++) {
            node.receive(append(1, 0, 0, 0));
            node.tick(OPTIONS.electionTicks() - 1);
            assertEquals(Standing.FOLLOWER, node.status().standing());
        }
    }

    /** The same sentence: granting a vote starts the wait anew. */
    @Test
    void whoGrantsAVoteWaitsForTheOneItChose() {
        TestNode node = node();
        node.tick(OPTIONS.electionTicks() - 1);
        node.receive(new Message.RequestVote(2, 1, 1, 0, 0, false));
        node.tick(OPTIONS.electionTicks() - 1);
        assertEquals(Standing.FOLLOWER, node.status().standing());
    }

    /** "On conversion to candidate: increment currentTerm, vote for self, reset timer, send RequestVote to all". */
    @Test
    void aCandidateIncrementsItsTermVotesForItselfAndAsksEverybody() {
        TestNode node = node(1);
        node.campaign();
        assertEquals(List.of(new Message.PreVote(1, 2, 2, 1, 1), new Message.PreVote(1, 3, 2, 1, 1)), node.takeSent());
        assertEquals(1, node.status().term(), "asking whether it would win leaves the term alone (thesis, 9.6)");
        node.receive(new Message.PreVoteReply(3, 1, 2, true, 0, 0));
        assertEquals(Standing.CANDIDATE, node.status().standing());
        assertEquals(new HardState(2, 1, 0), node.hardState);
        assertEquals(List.of(new Message.RequestVote(1, 2, 2, 1, 1, false),
                new Message.RequestVote(1, 3, 2, 1, 1, false)), node.takeSent());
    }

    /** Its term, its vote and its log are durable before anybody votes on them. */
    @Test
    void aCandidateAsksOnlyWhenItCannotForgetThatItDid() {
        TestNode node = node();
        node.holding = true;
        node.campaign();
        node.receive(new Message.PreVoteReply(3, 1, 1, true, 0, 0));
        assertEquals(List.of(), node.takeSent(Message.RequestVote.class));
        node.receive(new Message.VoteReply(2, 1, 1, true, 0, 0));
        assertEquals(Standing.CANDIDATE, node.status().standing(), "its own vote does not count yet");
        node.persist();
        assertEquals(2, node.takeSent(Message.RequestVote.class).size());
        assertEquals(Standing.LEADER, node.status().standing());
    }

    /** "If votes received from majority of servers: become leader" (candidates). */
    @Test
    void aMajorityOfVotesMakesALeader() {
        TestNode node = new TestNode(1, Membership.of(1, 2, 3, 4, 5), OPTIONS).startLate();
        node.campaign();
        node.receive(new Message.PreVoteReply(2, 1, 1, true, 0, 0));
        node.receive(new Message.PreVoteReply(3, 1, 1, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, 1, true, 0, 0));
        node.receive(new Message.VoteReply(2, 1, 1, true, 0, 0));
        node.receive(new Message.VoteReply(4, 1, 1, false, 0, 0));
        assertEquals(Standing.CANDIDATE, node.status().standing());
        node.receive(new Message.VoteReply(3, 1, 1, true, 0, 0));
        assertEquals(Standing.LEADER, node.status().standing());
    }

    /** "If AppendEntries RPC received from new leader: convert to follower" (candidates). */
    @Test
    void aCandidateThatHearsTheLeaderOfItsTermFollows() {
        TestNode node = node();
        node.campaign();
        node.receive(new Message.PreVoteReply(3, 1, 1, true, 0, 0));
        node.receive(append(1, 0, 0, 0, entry(1, 1)));
        assertEquals(Standing.FOLLOWER, node.status().standing());
        assertEquals(2, node.status().leader());
        assertEquals(1, node.log.size());
    }

    /** "If election timeout elapses: start new election" (candidates). */
    @Test
    void aCandidateThatWaitsInVainStartsAnew() {
        TestNode node = node();
        node.campaign();
        node.receive(new Message.PreVoteReply(3, 1, 1, true, 0, 0));
        node.takeSent();
        node.tick(2 * OPTIONS.electionTicks());
        assertEquals(Standing.PRE_CANDIDATE, node.status().standing());
        assertEquals(2, node.takeSent(Message.PreVote.class).getFirst().term());
    }

    /** "Election timeouts are chosen randomly from a fixed interval" (5.2). */
    @Test
    void electionTimeoutsAreSpreadOverAnInterval() {
        TreeSet<Integer> waited = new TreeSet<>();
        for (int id = 1; id <= 10; id++) {
            TestNode node = new TestNode(id, Membership.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), OPTIONS).startLate();
            int ticks = 0;
            while (node.status().standing() == Standing.FOLLOWER) {
                node.tick(1);
                ticks++;
            }
            waited.add(ticks);
        }
        assertEquals(10, waited.size(), waited::toString);
        assertTrue(waited.first() >= OPTIONS.electionTicks() && waited.last() < 2 * OPTIONS.electionTicks());
    }

    /** "Upon election: send initial empty AppendEntries (heartbeat) to each server; repeat during idle periods". */
    @Test
    void aLeaderIsHeardAtOnceAndAgainAndAgain() {
        TestNode leader = leader();
        assertEquals(2, leader.takeSent(Message.Heartbeat.class).size());
        for (int i = 0; i < 4; i++) {
            leader.tick(OPTIONS.heartbeatTicks());
            assertEquals(2, leader.takeSent(Message.Heartbeat.class).size());
        }
    }

    /** "If command received from client: append entry to local log, respond after entry applied to state machine". */
    @Test
    void aCommandGoesToTheLogAndIsAppliedWhenItIsCommitted() {
        TestNode leader = leader();
        assertEquals(new ProposeOutcome.Accepted(1, 2, 2), leader.propose("x"));
        assertEquals(List.of(), leader.state);
        ack(leader, 3);
        assertEquals(List.of("", "x"), leader.state);
    }

    /** "If last log index >= nextIndex for a follower: send AppendEntries with log entries starting at nextIndex". */
    @Test
    void aFollowerGetsWhatItLacks() {
        TestNode leader = leader(1, 1);
        Message.Append first = leader.takeSent(Message.Append.class).getFirst();
        assertEquals(2, first.prevIndex(), "nextIndex is initialized to leader last log index + 1");
        assertEquals(1, first.prevTerm());
        assertEquals(1, first.entries().size());
    }

    /** "If successful: update nextIndex and matchIndex for follower". */
    @Test
    void anAcknowledgementMovesWhatTheLeaderKnows() {
        TestNode leader = leader(1, 1);
        ack(leader, 2);
        assertEquals("REPLICATE match=3 next=4", leader.replica.feed(2));
    }

    /** "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry", with a hint (5.3). */
    @Test
    void aRefusalIsRetriedWhereTheLogsMayAgree() {
        // The follower has term 2 where the leader has 1, 3 and 4: all of its term 2 is skipped at once.
        TestNode leader = leader(1, 1, 3, 3, 4);
        leader.takeSent();
        leader.receive(new Message.AppendRefused(2, 1, 5, 5, 5, 2));
        Message.Append retry = leader.takeSent(Message.Append.class).getFirst();
        assertEquals(2, retry.prevIndex());
        assertEquals(4, retry.entries().size());
    }

    /** The follower's side of the hint: it skips its own entries of later terms. */
    @Test
    void aRefusalHintsAtTheLastEntryThatCanAgree() {
        TestNode node = node(1, 1, 3, 3, 3);
        node.receive(append(4, 5, 2, 0, entry(4, 6)));
        assertEquals(List.of(new Message.AppendRefused(1, 2, 4, 5, 2, 1)), node.takeSent());
    }

    /** "If there exists an N such that a majority of matchIndex >= N, and log[N].term == currentTerm: commitIndex = N". */
    @Test
    void aMajorityCommits() {
        TestNode leader = leader();
        assertEquals(0, leader.status().committed());
        ack(leader, 2);
        assertEquals(1, leader.status().committed());
    }

    /** "and log[N].term == currentTerm" (5.4.2, figure 8). */
    @Test
    void anEntryOfAnOlderTermIsNotCommittedByCounting() {
        TestNode leader = leader(1, 2);
        leader.receive(new Message.Appended(2, 1, 3, 2));
        leader.receive(new Message.Appended(3, 1, 3, 2));
        assertEquals(0, leader.status().committed());
        leader.receive(new Message.Appended(2, 1, 3, 3));
        assertEquals(3, leader.status().committed(), "all prior entries are committed indirectly");
    }

    /** A leader's own copy counts once it is durable; the others may commit without it (thesis, 10.2.1). */
    @Test
    void aLeaderCountsItselfOnlyWhenItsEntryIsDurable() {
        TestNode leader = leader();
        ack(leader, 2);
        leader.takeSent();
        leader.holding = true;
        leader.propose("x");
        assertEquals(List.of(2L),
                leader.takeSent(Message.Append.class).stream().map(Message.Append::lastIndex).toList(),
                "it is sent while it is being written");
        leader.receive(new Message.Appended(2, 1, 1, 2));
        assertEquals(1, leader.status().committed());
        leader.receive(new Message.Appended(3, 1, 1, 2));
        assertEquals(2, leader.status().committed());
        assertEquals(List.of(""), leader.state, "and not applied here before it is durable here");
        leader.persist();
        assertEquals(List.of("", "x"), leader.state);
    }

    // ---- Sections 5 to 7 -----------------------------------------------------------------------------------------

    /** "A leader never overwrites or deletes entries in its log; it only appends" (5.3, Leader Append-Only). */
    @Test
    void aLeaderOnlyAppends() {
        TestNode leader = leader(1, 1, 2);
        leader.propose("x");
        assertEquals(List.of(1L, 1L, 2L, 3L, 3L), leader.log.stream().map(Entry::term).toList());
    }

    /** "Servers disregard RequestVote RPCs when they believe a current leader exists" (6). */
    @Test
    void whoHearsALeaderHelpsNobodyElse() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 0));
        node.takeSent();
        node.receive(new Message.RequestVote(3, 1, 5, 9, 4, false));
        node.receive(new Message.PreVote(3, 1, 2, 9, 4));
        assertEquals(List.of(new Message.PreVoteReply(1, 3, 1, false, 0, 0)), node.takeSent());
        assertEquals(1, node.status().term());
        node.nowNanos += OPTIONS.promiseNanos();
        node.receive(new Message.RequestVote(3, 1, 5, 9, 4, false));
        assertEquals(List.of(new Message.VoteReply(1, 3, 5, true, 0, 0)), node.takeSent());
    }

    /** Somebody else telling it of a later term does not free it from the promise. */
    @Test
    void aPromiseOutlivesTheTermItWasGivenIn() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 0));
        node.receive(new Message.PreVoteReply(3, 1, 2, false, 0, 0));
        assertEquals(2, node.status().term());
        node.takeSent();
        node.receive(new Message.RequestVote(3, 1, 2, 0, 0, false));
        assertEquals(List.of(), node.takeSent());
    }

    /** It may have promised something before it crashed. */
    @Test
    void whoStartsHelpsNobodyForAsLongAsAPromiseLasts() {
        TestNode node = new TestNode(1, THREE, OPTIONS).start();
        node.receive(new Message.RequestVote(3, 1, 5, 9, 4, false));
        node.campaign();
        assertEquals(List.of(), node.takeSent());
        assertEquals(Standing.FOLLOWER, node.status().standing());
    }

    /** "The leader ... if it is not part of the cluster steps down" and, with check-quorum, when it hears none (thesis 6.2). */
    @Test
    void aLeaderThatHearsNoQuorumStepsDown() {
        TestNode leader = leader();
        leader.tick(OPTIONS.electionTicks());
        assertEquals(Standing.LEADER, leader.status().standing());
        leader.receive(new Message.HeartbeatReply(3, 1, 1, 1));
        leader.tick(OPTIONS.electionTicks());
        assertEquals(Standing.LEADER, leader.status().standing());
        leader.tick(OPTIONS.electionTicks());
        assertEquals(Standing.FOLLOWER, leader.status().standing());
    }

    /** "If existing log entry has same index and term as snapshot's last included entry, retain entries following it" (7). */
    @Test
    void aSnapshotOfWhatIsThereKeepsTheLog() {
        TestNode node = node(1, 1, 1);
        node.receive(new Message.InstallSnapshot(2, 1, 2, new Snapshot(2, 1, THREE, "a b".getBytes())));
        assertEquals(3, node.status().lastIndex());
        assertEquals(2, node.status().committed());
        assertEquals(List.of(new Message.Appended(1, 2, 2, 2)), node.takeSent());
    }

    /** "Discard the entire log. Reset state machine using snapshot contents" (figure 13, 7 and 8). */
    @Test
    void aSnapshotOfSomethingElseReplacesEverything() {
        TestNode node = node(1, 1, 1);
        Membership four = Membership.of(1, 2, 3, 4);
        node.holding = true;
        node.receive(new Message.InstallSnapshot(2, 1, 2, new Snapshot(5, 2, four, "a b".getBytes())));
        assertEquals(List.of(), node.takeSent(), "not before it is installed");
        node.persist();
        assertEquals(List.of(new Message.Appended(1, 2, 2, 5)), node.takeSent());
        assertEquals(List.of("a", "b"), node.state);
        assertEquals(four, node.status().membership());
        assertEquals(6, node.status().firstIndex());
        assertEquals(5, node.status().applied());
        node.receive(append(2, 5, 2, 6, entry(2, 6)));
        assertEquals(6, node.status().applied());
    }

    /** A snapshot of what is committed already changes nothing. */
    @Test
    void anOldSnapshotIsAcknowledgedAndIgnored() {
        TestNode node = node();
        node.receive(append(1, 0, 0, 2, entry(1, 1), entry(1, 2)));
        node.takeSent();
        node.receive(new Message.InstallSnapshot(2, 1, 1, new Snapshot(1, 1, THREE, new byte[0])));
        assertEquals(List.of(new Message.Appended(1, 2, 1, 2)), node.takeSent());
        assertEquals(2, node.status().lastIndex());
    }

    /** "The leader sends snapshots to followers that lag behind, when it has discarded the next entry they need" (7). */
    @Test
    void whoNeedsWhatIsCompactedGetsASnapshot() {
        TestNode leader = leader();
        ack(leader, 2);
        leader.propose("x");
        ack(leader, 2);
        leader.compact(2);
        leader.takeSent();
        leader.receive(new Message.AppendRefused(3, 1, 1, 0, 0, 0));
        leader.receive(new Message.HeartbeatReply(3, 1, 1, 1));
        Message.InstallSnapshot install = assertInstanceOf(Message.InstallSnapshot.class,
                leader.takeSent().stream().filter(m -> m.to() == 3).findFirst().orElseThrow());
        assertEquals(2, install.snapshot().index());
        leader.receive(new Message.Appended(3, 1, 1, 2));
        assertNotEquals(null, leader.replica.feed(3));
        assertTrue(leader.replica.feed(3).startsWith("REPLICATE match=2"), leader.replica.feed(3));
    }
}
