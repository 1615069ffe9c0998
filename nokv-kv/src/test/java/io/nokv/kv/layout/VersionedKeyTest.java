package io.nokv.kv.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.lsm.Range;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VersionedKeyTest {
    private static final byte[] TROUBLE = {0, 1, (byte) 0xFF, (byte) 0xFE, 'a'};

    private static byte[] randomKey(Random random) {
        byte[] key = new byte[random.nextInt(6)];
        for (int i = 0; i < key.length; i++) {
            key[i] = TROUBLE[random.nextInt(TROUBLE.length)];
        }
        return key;
    }

    @Test
    void storedKeysOrderByUserKeyThenNewestFirst() {
        long seed = Long.getLong("nokv.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] a = randomKey(random);
            byte[] b = randomKey(random);
            Timestamp ta = new Timestamp(random.nextLong() >>> 1 + random.nextInt(60));
            Timestamp tb = new Timestamp(random.nextLong() >>> 1 + random.nextInt(60));
            int expected = Bytes.ORDER.compare(a, b);
            if (expected == 0) {
                expected = tb.compareTo(ta);
            }
            int actual = Bytes.ORDER.compare(VersionedKey.at(a, ta), VersionedKey.at(b, tb));
            assertEquals(Integer.signum(expected), Integer.signum(actual),
                    Bytes.show(a) + " and " + Bytes.show(b) + ", -Dnokv.seed=" + seed);
        }
    }

    @Test
    void storedKeysParseBack() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] key = randomKey(random);
            Timestamp at = new Timestamp(random.nextLong() >>> 1);
            byte[] stored = VersionedKey.at(key, at);
            assertArrayEquals(key, VersionedKey.userKeyOf(stored));
            assertEquals(at, VersionedKey.timestampOf(stored));
            assertArrayEquals(VersionedKey.prefix(key), VersionedKey.prefixOf(stored));
            assertTrue(VersionedKey.isVersionOf(stored, VersionedKey.prefix(key)));
            assertArrayEquals(stored, VersionedKey.withTimestamp(VersionedKey.prefix(key), at));
        }
    }

    @Test
    void versionsOfOneKeyAreApartFromThoseOfKeysItBegins() {
        byte[] key = {'a'};
        byte[] longer = {'a', 0};
        Range range = VersionedKey.versionsOf(key);
        byte[] stored = VersionedKey.at(longer, Timestamp.MAX);
        assertFalse(Bytes.ORDER.compare(range.from(), stored) <= 0 && Bytes.ORDER.compare(stored, range.to()) < 0);
        assertFalse(VersionedKey.isVersionOf(stored, VersionedKey.prefix(key)));
        assertFalse(VersionedKey.sameUserKey(stored, VersionedKey.at(key, Timestamp.MAX)));
    }

    @Test
    void rangesOfVersionsHoldExactlyTheKeysBetween() {
        Random random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            byte[] from = randomKey(random);
            byte[] to = randomKey(random);
            byte[] key = randomKey(random);
            Range range = VersionedKey.versionsBetween(from, to);
            byte[] stored = VersionedKey.at(key, new Timestamp(random.nextLong() >>> 1));
            boolean inside = Bytes.ORDER.compare(from, key) <= 0 && Bytes.ORDER.compare(key, to) < 0;
            assertEquals(inside, Bytes.ORDER.compare(range.from(), stored) <= 0
                    && Bytes.ORDER.compare(stored, range.to()) < 0);
        }
    }

    @Test
    void whatIsNoVersionedKeyIsRefused() {
        for (byte[] bytes : new byte[][]{{}, {1, 2, 3}, new byte[20], Bytes.concat(new byte[]{0, 2}, new byte[10])}) {
            assertThrows(NokvException.class, () -> VersionedKey.userKeyOf(bytes));
        }
        assertThrows(NokvException.class, () -> VersionedKey.timestampOf(new byte[10]),
                "a positive inverted timestamp");
    }
}
