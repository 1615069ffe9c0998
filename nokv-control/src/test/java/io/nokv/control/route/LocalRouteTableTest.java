package io.nokv.control.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalRouteTableTest {
    private static RegionDescriptor region(long id, byte[] from, byte[] to) {
        return new RegionDescriptor(id, new KeyRange(from, to), RegionEpoch.FIRST, List.of());
    }

    @Test
    void everyKeyHasItsRegion() {
        List<RegionDescriptor> regions = List.of(region(1, new byte[0], new byte[]{10}),
                region(2, new byte[]{10}, new byte[]{10, 0}), region(3, new byte[]{10, 0}, new byte[]{(byte) 0x80}),
                region(4, new byte[]{(byte) 0x80}, null));
        LocalRouteTable table = new LocalRouteTable(() -> regions);
        assertEquals(1, table.locate(new byte[0]).id());
        assertEquals(1, table.locate(new byte[]{9, 9}).id());
        assertEquals(2, table.locate(new byte[]{10}).id());
        assertEquals(3, table.locate(new byte[]{10, 0}).id());
        assertEquals(3, table.locate(new byte[]{0x7F}).id());
        assertEquals(4, table.locate(new byte[]{(byte) 0x80}).id());
        assertEquals(4, table.locate(new byte[]{(byte) 0xFF}).id());
    }

    @Test
    void whatIsLearntIsOldUntilRefreshed() {
        List<RegionDescriptor> regions = new ArrayList<>(List.of(region(1, new byte[0], null)));
        LocalRouteTable table = new LocalRouteTable(() -> regions);
        regions.set(0, region(1, new byte[0], new byte[]{5}));
        regions.add(region(2, new byte[]{5}, null));
        assertEquals(1, table.locate(new byte[]{6}).id());
        table.refresh();
        assertEquals(2, table.locate(new byte[]{6}).id());
    }

    @Test
    void aGapIsABug() {
        assertThrows(AssertionError.class, () -> new LocalRouteTable(
                () -> List.of(region(1, new byte[0], new byte[]{5}), region(2, new byte[]{6}, null))));
        assertThrows(AssertionError.class,
                () -> new LocalRouteTable(() -> List.of(region(1, new byte[0], new byte[]{5}))));
    }
}
