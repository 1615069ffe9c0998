package io.nokv.lsm.point;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a key's prefix is, and what may be asked of filters that hold prefixes. */
class PrefixRuleTest {
    private static int length(PrefixRule rule, int... key) {
        byte[] bytes = new byte[key.length];
        for (int i = 0; i < key.length; i++) {
            bytes[i] = (byte) key[i];
        }
        return rule.length(bytes, 0, bytes.length);
    }

    @Test
    void aPrefixEndsAfterItsBytesAndFields() {
        assertEquals(3, length(new PrefixRule(3, 0, false), 1, 2, 3, 4));
        assertEquals(3, length(new PrefixRule(3, 0, false), 1, 2, 3));
        assertEquals(-1, length(new PrefixRule(3, 0, false), 1, 2));
        assertEquals(5, length(new PrefixRule(1, 2, false), 9, 1, 7, 1, 8, 55));
        assertEquals(3, length(new PrefixRule(1, 2, false), 9, 0, 0, 55), "fields of no bytes");
        assertEquals(-1, length(new PrefixRule(1, 2, false), 9, 1, 7, 2, 8));
        assertEquals(-1, length(new PrefixRule(1, 2, false), 9, 1, 7), "the second field is missing");
        assertEquals(-1, length(PrefixRule.NONE, 1, 2, 3));
    }

    @Test
    void anEscapedZeroIsOneByte() {
        PrefixRule rule = new PrefixRule(2, 1, true);
        assertEquals(6, length(rule, 7, 0, 0xFF, 2, 8, 9, 1));
        assertEquals(4, length(rule, 7, 8, 0, 0xFF, 1), "a field of no bytes");
        assertEquals(-1, length(rule, 7, 0, 1, 1, 1, 1), "the key ends at its second byte");
        assertEquals(-1, length(rule, 7, 0), "half an escape");
    }

    /** Whatever begins with a key's prefix has that prefix; whatever is shorter has none. */
    @Test
    void onlyThePrefixDecidesHowLongItIs() {
        TestWorld.seeded(getClass(), random -> {
            int withPrefix = 0;
            for (int round = 0; round < 20_000; round++) {
                PrefixRule rule = new PrefixRule(random.nextInt(5), random.nextInt(3), random.nextInt(2) == 0);
                byte[] key = key(random);
                int length = rule.length(key, 0, key.length);
                if (length < 0) {
                    continue;
                }
                withPrefix++;
                byte[] prefix = Arrays.copyOf(key, length);
                byte[] other = Bytes.concat(prefix, key(random));
                assertEquals(length, rule.length(other, 0, other.length), () -> rule + " " + Bytes.show(other));
                for (int shorter = 0; shorter < length; shorter++) {
                    assertEquals(-1, rule.length(prefix, 0, shorter), () -> rule + " " + Bytes.show(prefix));
                }
                byte[] moved = Bytes.concat(new byte[3], key);
                assertEquals(length, rule.length(moved, 3, key.length));
            }
            assertTrue(withPrefix > 2_000);
        });
    }

    /** A range is asked for only when every key in it has the prefix. */
    @Test
    void rangesWithOnePrefixAreAskedFor() {
        TestWorld.seeded(getClass(), random -> {
            int asked = 0;
            for (int round = 0; round < 20_000; round++) {
                PrefixRule rule = new PrefixRule(random.nextInt(4), random.nextInt(2), random.nextInt(2) == 0);
                KeyPrefixes prefixes = KeyPrefixes.NONE.with(Family.WRITE, rule);
                byte[] begin = key(random);
                Range range = random.nextInt(2) == 0
                        ? Range.prefix(begin)
                        : new Range(begin, random.nextInt(5) == 0 ? null : key(random));
                PrefixProbe probe = PrefixProbe.of(prefixes, Family.WRITE, range);
                assertNull(PrefixProbe.of(prefixes, Family.LOCK, range));
                if (probe == null) {
                    continue;
                }
                asked++;
                for (int i = 0; i < 20; i++) {
                    byte[] key = i < 10 ? key(random) : Bytes.concat(begin, key(random));
                    if (range.contains(key)) {
                        int length = rule.length(key, 0, key.length);
                        assertTrue(length >= 0, () -> rule + " " + Bytes.show(key));
                        assertEquals(probe.hash(), KeyPrefixes.hash(Family.WRITE, key, 0, length));
                    }
                }
            }
            assertTrue(asked > 500);
        });
    }

    @Test
    void aPrefixCursorIsAskedForWhenThePrefixIsLongEnough() {
        KeyPrefixes prefixes = KeyPrefixes.NONE.with(Family.WRITE, new PrefixRule(4, 0, false));
        assertNotNull(PrefixProbe.of(prefixes, Family.WRITE, Range.prefix(TestWorld.b("abcd"))));
        assertNotNull(PrefixProbe.of(prefixes, Family.WRITE, Range.prefix(TestWorld.b("abcde"))));
        assertNull(PrefixProbe.of(prefixes, Family.WRITE, Range.prefix(TestWorld.b("abc"))));
        assertNull(PrefixProbe.of(prefixes, Family.WRITE, Range.ALL));
    }

    private static byte[] key(TestWorld.Seeded random) {
        byte[] key = new byte[random.nextInt(9)];
        for (int i = 0; i < key.length; i++) {
            key[i] = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> (byte) 0xFF;
                default -> (byte) random.nextInt(4);
            };
        }
        return key;
    }
}
