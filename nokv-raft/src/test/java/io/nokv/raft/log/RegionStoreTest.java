package io.nokv.raft.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegionStoreTest {
    private static final byte[] MIDDLE = {50};

    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final MemVfs vfs = new MemVfs();
    private final List<String> heard = new ArrayList<>();
    private Engine engine;
    private RegionStore store;

    @BeforeEach
    void open() {
        engine = Engine.open("data", EngineOptions.defaults(),
                new Ports(new SystemClock(), new SystemEntropy(), scheduler, vfs.machine()));
        store = RegionStore.open(engine, new ApplyObserver() {
            @Override
            public void applying(long regionId, long index, WriteBatch writes) {
                heard.add(regionId + "/" + index + (isVisible(writes) ? " too late" : ""));
            }

            @Override
            public void applied(long regionId, long index, WriteBatch writes) {
                heard.add(regionId + "/" + index + (isVisible(writes) ? "" : " too early"));
            }

            @Override
            public void refused(long regionId, long index, WriteBatch writes) {
                heard.add("refused");
            }
        }, scheduler, 1);
    }

    private boolean isVisible(WriteBatch writes) {
        return engine.get(Family.WRITE, writes.ops().getFirst().key(), null) != null;
    }

    @AfterEach
    void close() {
        engine.close();
        scheduler.close();
    }

    private static WriteBatch put(int key) {
        return new WriteBatch().put(Family.WRITE, new byte[]{(byte) key}, new byte[]{1});
    }

    private RegionTicket append(RegionDescriptor region, int key) {
        return assertInstanceOf(AppendOutcome.Appended.class,
                store.log(region.id()).append(region.header(), put(key))).ticket();
    }

    @Test
    void aFreshStoreHasOneRegionOverEverything() {
        RegionDescriptor only = store.descriptors().getFirst();
        assertEquals(1, store.descriptors().size());
        assertNull(store.admit(only.header(), List.of(new byte[0], new byte[]{(byte) 0xFF})));
        assertEquals(0, store.log(only.id()).appliedIndex());
    }

    @Test
    void entriesAreVisibleAtOnceIndexedWithoutGapsAndAnnounced() {
        RegionDescriptor only = store.descriptors().getFirst();
        assertEquals(1, append(only, 1).index());
        RegionTicket second = append(only, 2);
        assertEquals(2, second.index());
        assertArrayEquals(new byte[]{1}, engine.get(Family.WRITE, new byte[]{2}, null));
        second.awaitDurable();
        assertTrue(engine.durableSequence() >= second.sequence());
        assertEquals(List.of("1/1", "1/1", "1/2", "1/2"), heard);
    }

    @Test
    void dataAndAppliedIndexSurviveOrVanishTogether() {
        RegionDescriptor only = store.descriptors().getFirst();
        append(only, 1).awaitDurable();
        append(only, 2);
        vfs.crash(new SystemEntropy());
        open();
        long applied = store.log(only.id()).appliedIndex();
        assertTrue(applied >= 1, "what was awaited is there");
        for (int key = 1; key <= 2; key++) {
            assertEquals(key <= applied, engine.get(Family.WRITE, new byte[]{(byte) key}, null) != null);
        }
        assertEquals(applied + 1, append(only, 3).index());
    }

    @Test
    void aSplitFencesWhatWasRoutedBefore() {
        RegionDescriptor before = store.descriptors().getFirst();
        append(before, 1);
        store.split(before.id(), MIDDLE, 2);
        store.split(before.id(), MIDDLE, 2);
        List<RegionDescriptor> after = store.descriptors();
        assertEquals(2, after.size());
        assertArrayEquals(MIDDLE, after.get(0).range().to());
        assertArrayEquals(MIDDLE, after.get(1).range().from());

        AppendOutcome late = store.log(before.id()).append(before.header(), put(60));
        assertInstanceOf(RegionRefusal.EpochMismatch.class,
                assertInstanceOf(AppendOutcome.Refused.class, late).why());
        assertNull(engine.get(Family.WRITE, new byte[]{60}, null));
        RegionRefusal.EpochMismatch refusal = assertInstanceOf(RegionRefusal.EpochMismatch.class,
                store.admit(before.header(), List.of(new byte[]{1})));
        assertEquals(after, refusal.current());
        assertEquals(2, append(after.get(0), 2).index(), "the region that stays counts on");
        assertEquals(1, append(after.get(1), 60).index());
    }

    @Test
    void regionsComeBackAsTheyWere() {
        store.split(1, MIDDLE, 2);
        store.split(2, new byte[]{90}, 3);
        List<RegionDescriptor> regions = store.descriptors();
        append(regions.get(2), 99).awaitDurable();
        engine.close();
        open();
        assertEquals(regions, store.descriptors());
        assertEquals(1, store.log(3).appliedIndex());
    }

    @Test
    void wrongAddressesAreRefusedByName() {
        store.split(1, MIDDLE, 2);
        RegionDescriptor left = store.descriptors().getFirst();
        assertInstanceOf(RegionRefusal.RegionNotFound.class,
                store.admit(new RegionHeader(9, RegionEpoch.FIRST), List.of(new byte[]{1})));
        RegionRefusal.KeyNotInRegion elsewhere = assertInstanceOf(RegionRefusal.KeyNotInRegion.class,
                store.admit(left.header(), List.of(new byte[]{1}, MIDDLE)));
        assertArrayEquals(MIDDLE, elsewhere.key());
        assertNotEquals(null, store.admit(new RegionHeader(1, RegionEpoch.FIRST), List.of(new byte[]{1})));
    }

    @Test
    void aSplitThatMakesNoSenseChangesNothing() {
        store.split(1, MIDDLE, 2);
        List<RegionDescriptor> regions = store.descriptors();
        assertThrows(NokvException.class, () -> store.split(1, new byte[]{90}, 3), "outside");
        assertThrows(NokvException.class, () -> store.split(2, MIDDLE, 3), "an empty left side");
        assertThrows(NokvException.class, () -> store.split(1, new byte[]{10}, 2), "an id in use");
        assertThrows(NokvException.class, () -> store.split(7, new byte[]{10}, 3), "not here");
        assertEquals(regions, store.descriptors());
    }
}
