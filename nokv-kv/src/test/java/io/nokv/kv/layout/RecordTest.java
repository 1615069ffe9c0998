package io.nokv.kv.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.WriteRecord.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordTest {
    private static final Timestamp START = Timestamp.ofMillis(1_767_225_600_000L);
    private static final Timestamp COMMIT = new Timestamp(START.value() + 77);

    private static WriteRecord roundTrip(WriteRecord record) {
        WriteRecord back = WriteRecord.decode(record.commitTs().value(), record.encode());
        assertEquals(record.kind(), back.kind());
        assertEquals(record.startTs(), back.startTs());
        assertEquals(record.expiresAtMillis(), back.expiresAtMillis());
        assertEquals(record.baseTs(), back.baseTs());
        assertEquals(record.isLong(), back.isLong());
        assertArrayEquals(record.value(), back.value());
        assertEquals(record.kind(), WriteRecord.kindOf(record.encode()));
        return back;
    }

    @Test
    void writeRecordsComeBackAsTheyWere() {
        roundTrip(new WriteRecord(Kind.PUT, COMMIT, START, 0, COMMIT, false, new byte[]{1, 2, 3}));
        roundTrip(new WriteRecord(Kind.PUT, COMMIT, START, 0, COMMIT, false, new byte[0]));
        roundTrip(new WriteRecord(Kind.PUT, COMMIT, START, 99, COMMIT, true, null));
        roundTrip(new WriteRecord(Kind.DELETE, COMMIT, START, 0, COMMIT, false, null));
        roundTrip(new WriteRecord(Kind.ADD, COMMIT, START, 5, new Timestamp(7), false, new byte[]{9}));
        roundTrip(new WriteRecord(Kind.LOCK, COMMIT, START, 0, COMMIT, false, null));
        assertEquals(START, roundTrip(WriteRecord.rollback(START)).commitTs());
    }

    @Test
    void aSmallRowCostsFewBytesMore() {
        byte[] value = new byte[100];
        assertTrue(new WriteRecord(Kind.PUT, COMMIT, START, 0, COMMIT, false, value).encode().length <= 102);
    }

    @Test
    void expiredRowsAndEvidenceAreNoRows() {
        WriteRecord expiring = new WriteRecord(Kind.PUT, COMMIT, START, 1_000, COMMIT, false, new byte[0]);
        assertTrue(expiring.isPresentAt(999));
        assertFalse(expiring.isPresentAt(1_000));
        assertTrue(expiring.isVersion());
        assertFalse(WriteRecord.rollback(START).isVersion());
        assertFalse(new WriteRecord(Kind.DELETE, COMMIT, START, 0, COMMIT, false, null).isPresentAt(0));
    }

    @Test
    void lockRecordsComeBackAsTheyWere() {
        for (byte[] value : new byte[][]{null, {}, {4, 5}}) {
            LockRecord lock = new LockRecord(Kind.PUT, new byte[]{1}, START, 3_000, COMMIT, 60, 61, new Timestamp(62),
                    false, value);
            LockRecord back = LockRecord.decode(lock.encode());
            assertArrayEquals(lock.primary(), back.primary());
            assertArrayEquals(lock.value(), back.value());
            assertArrayEquals(lock.encode(), back.encode());
            assertEquals(COMMIT, back.minCommitTs());
        }
        LockRecord isLong = new LockRecord(Kind.PUT, new byte[]{1}, START, 3_000, COMMIT, 0, 0, Timestamp.ZERO, true,
                null);
        assertTrue(LockRecord.decode(isLong.encode()).isLong());
        assertNull(LockRecord.decode(isLong.encode()).value());
    }

    @Test
    void locksExpireByPhysicalTime() {
        LockRecord lock = new LockRecord(Kind.PUT, new byte[]{1}, START, 3_000, COMMIT, 0, 0, Timestamp.ZERO, false,
                null);
        assertFalse(lock.isExpiredAt(START.millis() + 2_999));
        assertTrue(lock.isExpiredAt(START.millis() + 3_000));
        assertFalse(lock.withTtlMillis(9_000).isExpiredAt(START.millis() + 3_000));
    }

    @Test
    void damageIsNamedAndNeverReadAsData() {
        byte[] lock = new LockRecord(Kind.PUT, new byte[]{1}, START, 3_000, COMMIT, 0, 0, Timestamp.ZERO, false,
                new byte[]{1, 2}).encode();
        for (int length = 0; length < lock.length; length++) {
            byte[] cut = Arrays.copyOf(lock, length);
            assertThrows(NokvException.class, () -> LockRecord.decode(cut));
        }
        assertThrows(NokvException.class, () -> WriteRecord.decode(5, new byte[0]));
        assertEquals(FailureCode.CORRUPTION,
                assertThrows(NokvException.class, () -> WriteRecord.decode(5, new byte[]{0x27, 1})).code());
        assertEquals(FailureCode.UNSUPPORTED_VERSION,
                assertThrows(NokvException.class, () -> WriteRecord.decode(5, new byte[]{0x40, 1})).code());
        assertEquals(FailureCode.CORRUPTION, assertThrows(NokvException.class,
                () -> WriteRecord.decode(5, new byte[]{0x20, 9}), "a start before time began").code());
    }
}
