package io.nokv.base.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.base.TestSeed;
import io.nokv.base.codec.CounterRecord.Delta;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Counter records change by deltas within bounds and survive encoding. */
class CounterRecordTest {
    private static final byte[] HEADER = {'S', 1};

    @Test
    void deltasAddRaiseAndReplace() {
        CounterRecord record = new CounterRecord(HEADER, 10, 20, 30);
        assertEquals(7, record.apply(Delta.add(0, -3)).slot(0));
        assertEquals(25, record.apply(Delta.max(1, 25)).slot(1));
        assertEquals(20, record.apply(Delta.max(1, 5)).slot(1));
        assertEquals(-1, record.apply(Delta.set(2, -1)).slot(2));
        assertEquals(new CounterRecord(HEADER, 10, 20, 30), record, "a record never changes");
        assertArrayEquals(HEADER, record.apply(Delta.add(0, 1)).header());
    }

    @Test
    void aDeltaBeyondItsBoundsIsRefusedAtTheBoundAndNotBefore() {
        CounterRecord record = new CounterRecord(HEADER, 8);
        assertEquals(10, record.apply(Delta.addBounded(0, 2, 0, 10)).slot(0));
        assertNull(record.apply(Delta.addBounded(0, 3, 0, 10)));
        assertEquals(0, record.apply(Delta.addBounded(0, -8, 0, 10)).slot(0));
        assertNull(record.apply(Delta.addBounded(0, -9, 0, 10)));
    }

    @Test
    void anAdditionThatOverflowsIsOutOfBounds() {
        CounterRecord high = new CounterRecord(HEADER, Long.MAX_VALUE);
        CounterRecord low = new CounterRecord(HEADER, Long.MIN_VALUE);
        assertNull(high.apply(Delta.add(0, 1)));
        assertNull(low.apply(Delta.add(0, -1)));
        assertEquals(-1, high.apply(Delta.add(0, Long.MIN_VALUE)).slot(0));
    }

    @Test
    void aSlotThatDoesNotExistIsTheCallersMistake() {
        CounterRecord record = new CounterRecord(HEADER, 1);
        assertEquals(FailureCode.INVALID_ARGUMENT,
                assertThrows(NokvException.class, () -> record.apply(Delta.add(1, 1))).code());
        assertEquals(FailureCode.INVALID_ARGUMENT,
                assertThrows(NokvException.class, () -> record.apply(Delta.add(-1, 1))).code());
        assertThrows(NokvException.class, () -> new CounterRecord(new byte[256]));
        assertThrows(NokvException.class, () -> new CounterRecord(HEADER, new long[CounterRecord.MAX_SLOTS + 1]));
    }

    @Test
    void nobodyChangesARecordThroughAnArray() {
        byte[] header = HEADER.clone();
        long[] slots = {1};
        CounterRecord record = new CounterRecord(header, slots);
        header[0] = 'X';
        slots[0] = 2;
        record.header()[1] = 9;
        assertEquals(new CounterRecord(HEADER, 1), record);
    }

    @Test
    void recordsSurviveEncodingAndDamagedOnesAreRefused() {
        TestSeed.check(CounterRecordTest.class, random -> {
            for (int i = 0; i < 3_000; i++) {
                byte[] header = new byte[random.nextInt(256)];
                random.nextBytes(header);
                long[] slots = random.longs(random.nextInt(CounterRecord.MAX_SLOTS + 1)).toArray();
                CounterRecord record = new CounterRecord(header, slots);
                byte[] encoded = record.encode();
                assertEquals(record, CounterRecord.decode(encoded));
                assertEquals(record.hashCode(), CounterRecord.decode(encoded).hashCode());
                byte[] cut = Arrays.copyOf(encoded, random.nextInt(encoded.length));
                assertRefused(cut);
                assertRefused(Arrays.copyOf(encoded, encoded.length + 1));
            }
        });
    }

    private static void assertRefused(byte[] bytes) {
        assertEquals(FailureCode.CORRUPTION,
                assertThrows(NokvException.class, () -> CounterRecord.decode(bytes)).code());
    }

    @Test
    void moreSlotsThanAnyRecordHasAreRefusedBeforeTheyAreAllocated() {
        assertRefused(new ByteWriter().u8(0).varint(CounterRecord.MAX_SLOTS + 1).raw(new byte[100]).toBytes());
        assertRefused(new ByteWriter().u8(0).varint(Long.MAX_VALUE).toBytes());
    }

    @Test
    void recordsDifferByHeaderAndBySlots() {
        assertNotEquals(new CounterRecord(HEADER, 1), new CounterRecord(HEADER, 2));
        assertNotEquals(new CounterRecord(HEADER, 1), new CounterRecord(new byte[0], 1));
    }
}
