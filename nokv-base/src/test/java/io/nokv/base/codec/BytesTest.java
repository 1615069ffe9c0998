package io.nokv.base.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.TestSeed;
import org.junit.jupiter.api.Test;

/** Byte strings as keys. */
class BytesTest {
    private static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    @Test
    void orderIsUnsignedAndAPrefixComesFirst() {
        assertTrue(Bytes.ORDER.compare(bytes(0x7F), bytes(0x80)) < 0);
        assertTrue(Bytes.ORDER.compare(bytes(1), bytes(1, 0)) < 0);
        assertEquals(0, Bytes.ORDER.compare(bytes(1, 2), bytes(1, 2)));
    }

    @Test
    void theEndOfAPrefixIsTheFirstStringBeyondIt() {
        assertArrayEquals(bytes(1, 3), Bytes.prefixEnd(bytes(1, 2)));
        assertArrayEquals(bytes(2), Bytes.prefixEnd(bytes(1, 0xFF, 0xFF)));
        assertNull(Bytes.prefixEnd(bytes(0xFF, 0xFF)));
        assertNull(Bytes.prefixEnd(Bytes.EMPTY));
    }

    @Test
    void prefixEndAndSuccessorBoundWhatTheySay() {
        TestSeed.check(BytesTest.class, random -> {
            for (int i = 0; i < 5_000; i++) {
                byte[] prefix = new byte[1 + random.nextInt(4)];
                byte[] key = new byte[random.nextInt(6)];
                for (int at = 0; at < prefix.length; at++) {
                    prefix[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(3));
                }
                for (int at = 0; at < key.length; at++) {
                    key[at] = random.nextInt(3) > 0 && at < prefix.length ? prefix[at] : (byte) random.nextInt(256);
                }
                byte[] end = Bytes.prefixEnd(prefix);
                boolean inside = Bytes.ORDER.compare(key, prefix) >= 0
                        && (end == null || Bytes.ORDER.compare(key, end) < 0);
                assertEquals(Bytes.startsWith(key, prefix), inside, Bytes.show(key) + " and " + Bytes.show(prefix));
                byte[] successor = Bytes.successor(key);
                assertTrue(Bytes.ORDER.compare(key, successor) < 0);
                assertTrue(Bytes.ORDER.compare(prefix, key) <= 0 || Bytes.ORDER.compare(prefix, successor) >= 0);
            }
        });
    }

    @Test
    void namesInMessagesArePrintable() {
        assertEquals("a b~", Bytes.show(bytes('a', ' ', 'b', '~')));
        assertEquals("\\x00\\x5c\\xff\\x7f", Bytes.show(bytes(0, '\\', 0xFF, 0x7F)));
    }

    @Test
    void concatenationAndPrefixes() {
        assertArrayEquals(bytes(1, 2, 3), Bytes.concat(bytes(1), bytes(2, 3)));
        assertTrue(Bytes.startsWith(bytes(1, 2), Bytes.EMPTY));
        assertFalse(Bytes.startsWith(bytes(1), bytes(1, 2)));
    }
}
