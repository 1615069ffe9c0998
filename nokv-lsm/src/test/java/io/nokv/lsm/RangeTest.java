package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.vfs.MemVfs;
import org.junit.jupiter.api.Test;

/** Ranges by themselves, and cursors that end with a prefix. */
class RangeTest {
    private static byte[] key(TestWorld.Seeded random) {
        byte[] key = new byte[random.nextInt(4)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(2) == 0 ? 0xFF - random.nextInt(2) : random.nextInt(2));
        }
        return key;
    }

    @Test
    void everyKeyOfARangeHasItsCommonPrefix() {
        TestWorld.seeded(getClass(), random -> {
            for (int run = 0; run < 20_000; run++) {
                byte[] prefix = key(random);
                Range range = random.nextInt(2) == 0 ? Range.prefix(prefix) : new Range(key(random), key(random));
                byte[] probe = key(random);
                if (!range.isEmpty() && range.contains(probe)) {
                    assertTrue(Bytes.startsWith(probe, range.commonPrefix()),
                            () -> Bytes.show(probe) + " in " + Bytes.show(range.from()));
                }
            }
        });
    }

    @Test
    void theCommonPrefixOfAPrefixIsThatPrefix() {
        for (byte[] prefix : new byte[][]{b("a"), b("dir/"), {1, (byte) 0xFF, (byte) 0xFF}, {0}, {'a', 0}}) {
            assertArrayEquals(prefix, Range.prefix(prefix).commonPrefix(), Bytes.show(prefix));
        }
        assertEquals(0, Range.ALL.commonPrefix().length);
        assertEquals(0, Range.prefix(new byte[]{(byte) 0xFF}).commonPrefix().length, "it has no end");
        assertArrayEquals(b("ab"), new Range(b("aba"), b("abz")).commonPrefix());
    }

    @Test
    void aPrefixCursorStaysWithinItsPrefix() {
        try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(new MemVfs(),
                new StepScheduler(new TestWorld.Seeded(1))))) {
            for (String key : new String[]{"a", "b", "b/1", "b/2", "b0", "c"}) {
                engine.write(new WriteBatch().put(Family.WRITE, b(key), b(key)), Durability.BUFFERED);
            }
            try (Cursor cursor = engine.prefixCursor(Family.WRITE, b("b/"), null)) {
                cursor.seek(b("a"));
                assertArrayEquals(b("b/1"), cursor.key());
                cursor.seekForPrev(b("z"));
                assertArrayEquals(b("b/2"), cursor.key());
                cursor.next();
                assertFalse(cursor.isValid());
                cursor.seekToFirst();
                cursor.prev();
                assertFalse(cursor.isValid());
            }
        }
    }
}
