package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegionLifeTest {
    private static final int TIMEOUT = RaftStoreOptions.defaults().replica().electionTicks();

    private final OneStore one = new OneStore();

    @AfterEach
    void stop() {
        assertEquals(List.of(), one.alarms());
        one.close();
    }

    /** It does not campaign, so nothing else would tell those that sleep that it lacks something. */
    @Test
    void aLearnerThatStartsAndHearsNobodyWakesTheOthers() {
        RegionDescriptor region = new RegionDescriptor(7, new KeyRange(new byte[0], null), RegionEpoch.FIRST,
                List.of(new Peer(71, 1, Peer.Role.LEARNER), new Peer(72, 2), new Peer(73, 3)));
        one.live(life -> {
            life.logs().open(life.engine(), life.store());
            OneStore.put(life.engine(), RegionRecord.of(region));
        });
        one.live(life -> {
            life.store().start();
            one.tick(3 * TIMEOUT);
            assertEquals(List.of(), one.said(), "it does not campaign");
            for (long other : new long[]{2, 3}) {
                assertTrue(one.controls(other).contains(new Control.Wake(7)), one.controls(other)::toString);
            }
        });
    }
}
