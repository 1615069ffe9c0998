package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.Durability;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.core.Message;
import io.nokv.raft.core.Restored;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.storage.LogBytes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Region 7 is on the stores 2 and 3, and this one has skipped the split that made it. */
class EarlyVotesTest {
    private static final int TIMEOUT = RaftStoreOptions.defaults().replica().electionTicks();
    private static final RegionDescriptor REGION = OneStore.region(7, new KeyRange(new byte[]{1}, null),
            RegionEpoch.FIRST);
    private static final long HERE = 71;
    private static final long SECOND = 72;
    private static final long THIRD = 73;

    private final OneStore one = new OneStore();

    @AfterEach
    void stop() {
        assertEquals(List.of(), one.alarms());
        one.close();
    }

    private static Message preVote(long from, long term) {
        return new Message.PreVote(from, HERE, term, 9, 6);
    }

    private static Message requestVote(long from, long term) {
        return new Message.RequestVote(from, HERE, term, 9, 6, false);
    }

    private static Message preVoteReply(long to, long term, boolean granted) {
        return new Message.PreVoteReply(HERE, to, term, granted, 0, 0);
    }

    private static Message voteReply(long to, long term, boolean granted) {
        return new Message.VoteReply(HERE, to, term, granted, 0, 0);
    }

    private List<Message> tell(Message message) {
        return one.tell(message.from() - 70, REGION, message);
    }

    /** Waits as long as the region does not vote because a split may come. */
    private void known() {
        assertEquals(List.of(), tell(preVote(THIRD, 1)));
        one.tick(TIMEOUT);
        one.said();
    }

    @Test
    void itVotesAfterAnElectionTimeout() {
        one.live(life -> {
            life.store().start();
            assertEquals(List.of(), tell(preVote(THIRD, 7)));
            one.tick(TIMEOUT - 1);
            assertEquals(List.of(), one.said());
            one.tick(1);
            assertEquals(List.of(preVoteReply(THIRD, 7, true)), one.said());
            long syncs = life.engine().stats().log().syncs();
            assertEquals(List.of(voteReply(THIRD, 7, true)), tell(requestVote(THIRD, 7)));
            assertTrue(life.engine().stats().log().syncs() > syncs, "the vote is durable before it is said");
            assertEquals(List.of(), one.said(), "a question is answered once");
        });
    }

    @Test
    void itVotesOnceInATerm() {
        one.live(life -> {
            life.store().start();
            known();
            assertEquals(List.of(voteReply(THIRD, 7, true)), tell(requestVote(THIRD, 7)));
            assertEquals(List.of(voteReply(SECOND, 7, false)), tell(requestVote(SECOND, 7)));
            assertEquals(List.of(voteReply(THIRD, 7, true)), tell(requestVote(THIRD, 7)));
            assertEquals(List.of(preVoteReply(SECOND, 7, false)), tell(preVote(SECOND, 7)));
            assertEquals(List.of(voteReply(SECOND, 7, false)), tell(requestVote(SECOND, 6)));
            assertEquals(List.of(preVoteReply(SECOND, 8, true)), tell(preVote(SECOND, 8)));
            assertEquals(List.of(voteReply(SECOND, 8, true)), tell(requestVote(SECOND, 8)));
        });
    }

    @Test
    void aLeaderThatIsHeardPutsItOff() {
        one.live(life -> {
            life.store().start();
            known();
            tell(new Message.Heartbeat(SECOND, HERE, 6, 3, 9));
            assertEquals(List.of(), tell(requestVote(THIRD, 7)));
            one.tick(TIMEOUT - 1);
            assertEquals(List.of(), one.said());
            one.tick(1);
            assertEquals(List.of(voteReply(THIRD, 7, true)), one.said());
        });
    }

    @Test
    void theVoteOutlivesTheProcessAndTheWaiting() {
        one.live(life -> {
            life.store().start();
            known();
            assertEquals(List.of(voteReply(THIRD, 7, true)), tell(requestVote(THIRD, 7)));
        });
        one.live(life -> {
            life.store().start();
            assertEquals(ExecutionStatus.RestartState.READY, life.store().execution().restart(),
                    "a vote is no log that lacks its region");
            known();
            assertEquals(List.of(voteReply(SECOND, 7, false)), tell(requestVote(SECOND, 7)));
            // So long that the region is forgotten.
            one.tick(50 * TIMEOUT);
            assertEquals(null, life.store().status(7));
            known();
            assertEquals(List.of(voteReply(SECOND, 7, false)), tell(requestVote(SECOND, 7)));
        });
    }

    /** Nobody will ever ask for a vote in a region that is a part of another one. */
    @Test
    void theVoteGoesWhenTheRegionIsMerged() {
        one.live(life -> {
            life.store().start();
            known();
            tell(requestVote(THIRD, 7));
            life.engine().write(new WriteBatch().put(Family.LOCAL, StoreKeys.tombstone(7),
                    new Tombstone(HERE, true, REGION).encode()), Durability.FSYNC);
        });
        one.live(life -> {
            life.store().start();
            assertFalse(life.logs().has(7));
        });
    }

    /** The log was read for the new replica, then the region voted, then the replica begins. */
    @Test
    void aReplicaThatComesKnowsTheVote() {
        one.live(life -> {
            HostedStore store = life.store();
            store.start();
            known();
            HostedRegion region = store.region(7);
            RegionRecord record = RegionRecord.of(REGION);
            Restored read = life.logs().restore(7, RegionRecord.FIRST.index(), RegionRecord.FIRST.term(),
                    record.membership());
            assertEquals(List.of(voteReply(THIRD, 7, true)), tell(requestVote(THIRD, 7)));
            region.open(new AppliedRegion(region, store.nextLife(), record, RegionRecord.FIRST), read, true, false);
            List<Message> answer = tell(requestVote(SECOND, 7));
            assertTrue(answer.size() == 1 && answer.getFirst() instanceof Message.VoteReply reply && !reply.granted(),
                    answer::toString);
        });
    }

    /** It may have voted, and does not know. */
    @Test
    void aReplicaWhoseLogIsDamagedDoesNotVote() {
        one.live(life -> {
            life.store().start();
            known();
            tell(requestVote(THIRD, 7));
        });
        assertEquals(1, LogBytes.change(one.vfs(), OneStore.DIRECTORY, true, (_, region, payload) -> {
            payload[0] ^= (byte) 0xFF;
            return region == 7;
        }));
        one.live(life -> {
            life.store().start();
            assertEquals(ExecutionStatus.RestartState.DEGRADED, life.store().execution().restart());
            assertEquals(List.of(), tell(preVote(SECOND, 8)));
            one.tick(TIMEOUT);
            assertEquals(List.of(), one.said());
            assertEquals(List.of(), tell(requestVote(SECOND, 8)));
        });
    }

    /** What a replica said that has left is not known any more. */
    @Test
    void aReplicaThatHasLeftDoesNotVote() {
        one.live(life -> {
            life.store().start();
            RegionDescriptor later = REGION.withPeers(
                    List.of(new Peer(74, 1), new Peer(SECOND, 2), new Peer(THIRD, 3)), new RegionEpoch(1, 4));
            life.store().bury(7, new Tombstone(HERE, false, later));
            assertEquals(List.of(), one.tell(3, later, new Message.PreVote(THIRD, 74, 7, 9, 6)));
            one.tick(TIMEOUT);
            assertEquals(List.of(new Message.PreVoteReply(74, THIRD, 7, true, 0, 0)), one.said());
            assertEquals(List.of(), tell(requestVote(SECOND, 8)));
        });
    }
}
