package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nokv.raft.core.Restored;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A slow disk lets a replica come when another has taken its place, or when the region has left: it does not begin. */
class RegionLivesTest {
    private static final RegionRecord RECORD = RegionRecord
            .of(OneStore.region(7, new KeyRange(new byte[0], null), RegionEpoch.FIRST));

    private final OneStore one = new OneStore();

    @AfterEach
    void stop() {
        assertEquals(List.of(), one.alarms());
        one.close();
    }

    private void region(BiConsumer<HostedStore, HostedRegion> what) {
        one.live(life -> {
            life.store().start();
            what.accept(life.store(), life.store().adopt(RECORD.region().id()));
        });
    }

    private static void open(HostedStore store, AppliedRegion machine) {
        RegionDescriptor region = RECORD.region();
        Restored restored = store.logs().restore(region.id(), RegionRecord.FIRST.index(), RegionRecord.FIRST.term(),
                RECORD.membership());
        machine.owner.open(machine, restored, true, false);
    }

    private static AppliedRegion machine(HostedStore store, HostedRegion region) {
        return new AppliedRegion(region, store.nextLife(), RECORD, RegionRecord.FIRST);
    }

    @Test
    void aReplicaThatWasReplacedBeforeItBegan() {
        region((store, region) -> {
            AppliedRegion before = machine(store, region);
            region.opening(store.nextLife());
            AppliedRegion now = machine(store, region);
            open(store, before);
            assertNull(region.replica());
            open(store, now);
            assertNotNull(region.replica());
            assertEquals(now.life, region.life());
        });
    }

    @Test
    void aReplicaWhoseRegionHasLeft() {
        region((store, region) -> {
            AppliedRegion before = machine(store, region);
            region.ended();
            open(store, before);
            assertNull(region.replica());
        });
    }
}
