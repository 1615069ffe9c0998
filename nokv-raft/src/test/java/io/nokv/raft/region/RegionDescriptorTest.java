package io.nokv.raft.region;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionDescriptorTest {
    private static KeyRange range(int from, int to) {
        return new KeyRange(new byte[]{(byte) from}, new byte[]{(byte) to});
    }

    @Test
    void descriptorsComeBackAsTheyWere() {
        for (KeyRange range : List.of(KeyRange.ALL, range(1, 2), new KeyRange(new byte[]{0, (byte) 0xFF}, null))) {
            RegionDescriptor region = new RegionDescriptor(7, range, new RegionEpoch(3, 9),
                    List.of(new Peer(1, 2), new Peer(3, 4)));
            assertEquals(region, RegionDescriptor.decode(region.encode()));
        }
    }

    @Test
    void damageIsNamedAndNewerFormatsAreRefused() {
        byte[] stored = new RegionDescriptor(7, range(1, 2), RegionEpoch.FIRST, List.of(new Peer(1, 2))).encode();
        for (int length = 1; length < stored.length; length++) {
            byte[] cut = Arrays.copyOf(stored, length);
            assertEquals(FailureCode.CORRUPTION,
                    assertThrows(NokvException.class, () -> RegionDescriptor.decode(cut)).code());
        }
        stored[0] = 9;
        assertEquals(FailureCode.UNSUPPORTED_VERSION,
                assertThrows(NokvException.class, () -> RegionDescriptor.decode(stored)).code());
    }

    @Test
    void rangesHoldTheirLowerBoundAndNotTheirUpper() {
        KeyRange range = range(3, 5);
        assertFalse(range.contains(new byte[]{2, 9}));
        assertTrue(range.contains(new byte[]{3}));
        assertTrue(range.contains(new byte[]{4, (byte) 0xFF}));
        assertFalse(range.contains(new byte[]{5}));
        assertTrue(KeyRange.ALL.contains(new byte[0]));
    }

    @Test
    void whatTwoRangesHaveInCommon() {
        assertEquals(range(3, 5), range(1, 5).intersect(range(3, 9)));
        assertEquals(range(3, 5), KeyRange.ALL.intersect(range(3, 5)));
        assertEquals(new KeyRange(new byte[]{3}, null),
                new KeyRange(new byte[]{3}, null).intersect(KeyRange.ALL));
        assertTrue(range(1, 2).intersect(range(3, 4)).isEmpty());
    }
}
