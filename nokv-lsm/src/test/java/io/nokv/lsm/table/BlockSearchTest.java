package io.nokv.lsm.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a block answers, by hash, by search and by walking, is what a list of its entries answers. */
class BlockSearchTest {
    private static final long SEQUENCES = 6;

    private record Entry(byte[] tableKey, long sequence, EntryKind kind, byte[] value) {
        boolean isBefore(Family family, byte[] key, long at) {
            int order = TableKey.compare(tableKey, family, key);
            return order < 0 || order == 0 && sequence > at;
        }

        boolean is(BlockCursor cursor) {
            return Arrays.equals(tableKey, 0, tableKey.length, cursor.keyArray, 0, cursor.keyLength)
                    && sequence == cursor.sequence && kind == cursor.kind && Arrays.equals(value, 0, value.length,
                            cursor.block().bytes, cursor.valueOffset, cursor.valueOffset + cursor.valueLength);
        }
    }

    private static byte[] key(TestWorld.Seeded random) {
        byte[] key = new byte[random.nextInt(random.nextInt(10) == 0 ? 300 : 7)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : 'a' + random.nextInt(2));
        }
        return key;
    }

    private static Family family(TestWorld.Seeded random) {
        return random.nextInt(4) == 0 ? Family.LOCK : Family.WRITE;
    }

    private static List<Entry> entries(TestWorld.Seeded random) {
        TreeSet<byte[]> keys = new TreeSet<>(Bytes.ORDER);
        for (int i = random.nextInt(random.nextInt(8) == 0 ? 600 : 120); i >= 0; i--) {
            keys.add(TableKey.of(family(random), key(random)));
        }
        List<Entry> entries = new ArrayList<>();
        for (byte[] tableKey : keys) {
            boolean any = false;
            for (long sequence = SEQUENCES; sequence > 0; sequence--) {
                if (!any && sequence == 1 || random.nextInt(4) == 0) {
                    any = true;
                    EntryKind kind = EntryKind.ofHead(random.nextInt(3));
                    byte[] value = new byte[kind == EntryKind.DELETE
                            ? 0
                            : random.nextInt(30) == 0 ? 300 : random.nextInt(4)];
                    Arrays.fill(value, (byte) entries.size());
                    entries.add(new Entry(tableKey, sequence << 20, kind, value));
                }
            }
        }
        return entries;
    }

    private static byte[] raw(List<Entry> entries) {
        BlockBuilder builder = new BlockBuilder();
        for (Entry e : entries) {
            builder.add(e.tableKey[0], e.tableKey, 1, e.tableKey.length - 1, e.sequence, e.kind, e.value, 0,
                    e.value.length);
        }
        assertEquals(entries.size(), builder.entries());
        return builder.finish();
    }

    private static Block block(byte[] raw, int count) {
        // Blocks lie somewhere in an array that others have used.
        int at = raw.length % 7 * 4;
        byte[] array = new byte[at + Block.spaceBytes(raw.length, count) + 8];
        Arrays.fill(array, (byte) 0xA5);
        System.arraycopy(raw, 0, array, at, raw.length);
        return Block.of(new Space(array, at, null, 0), raw.length, count, "block", 0, 1);
    }

    private static PointLookup lookup(TestWorld.Seeded random, KeyTails tails) {
        Family family = family(random);
        byte[] key = key(random);
        long sequence = 1 + random.nextInt((int) SEQUENCES) << 20;
        return random.nextInt(2) == 0
                ? PointLookup.exact(family, tails, key, sequence)
                : PointLookup.from(family, tails, key, sequence);
    }

    /** The first entry that will do, or null. */
    private static Entry expected(List<Entry> entries, PointLookup lookup) {
        for (Entry e : entries) {
            boolean inFamily = e.tableKey[0] == (byte) lookup.family().code();
            if (inFamily && !e.isBefore(lookup.family(), lookup.key(), lookup.sequence())
                    && e.sequence <= lookup.sequence() && lookup.matches(e.tableKey, 1, e.tableKey.length - 1)) {
                return e;
            }
        }
        return null;
    }

    @Test
    void findsWhatAListHas() {
        TestWorld.seeded(getClass(), random -> {
            int found = 0;
            int walks = 0;
            for (int i = 0; i < 400; i++) {
                List<Entry> entries = entries(random);
                Block block = block(raw(entries), entries.size());
                KeyTails tails = KeyTails.NONE.with(Family.WRITE, random.nextInt(4));
                for (int j = 0; j < 50; j++) {
                    PointLookup lookup = lookup(random, tails);
                    Entry expected = expected(entries, lookup);
                    if (BlockSearch.find(block, tails, lookup) == BlockSearch.Outcome.WALK) {
                        walks++;
                        assertFalse(lookup.isFound());
                        continue;
                    }
                    assertEquals(expected != null, lookup.isFound());
                    if (expected != null) {
                        assertEquals(expected.kind, lookup.kind());
                        assertArrayEquals(expected.value, lookup.copyOfValue());
                        assertEquals(lookup.tailOf(expected.tableKey, 1), lookup.tail());
                        found++;
                    }
                }
            }
            assertTrue(found > 500 && walks > 20, found + " found, " + walks + " walks");
        });
    }

    @Test
    void aCursorShowsWhatAListHas() {
        TestWorld.seeded(getClass(), random -> {
            BlockCursor cursor = new BlockCursor();
            for (int i = 0; i < 400; i++) {
                List<Entry> entries = entries(random);
                cursor.reset(block(raw(entries), entries.size()));
                int at = -1;
                for (int j = 0; j < 100; j++) {
                    int turn = random.nextInt(10);
                    if (turn > 1 && at >= 0) {
                        at += turn < 6 ? 1 : -1;
                        if (turn < 6) {
                            cursor.next();
                        } else {
                            cursor.prev();
                        }
                    } else {
                        Family family = family(random);
                        byte[] key = key(random);
                        long sequence = random.nextInt(8) << 20;
                        at = (int) entries.stream().filter(e -> e.isBefore(family, key, sequence)).count();
                        if (turn == 0) {
                            cursor.seek(family.code(), key, sequence);
                        } else {
                            cursor.seekBefore(family.code(), key, sequence);
                            at--;
                        }
                    }
                    at = at < entries.size() ? at : -1;
                    assertEquals(at >= 0, cursor.isValid());
                    assertTrue(at < 0 || entries.get(at).is(cursor));
                }
            }
        });
    }

    /** Checksums keep such blocks away; one is refused, or read without harm. */
    @Test
    void aDamagedBlockDoesNoHarm() {
        TestWorld.seeded(getClass(), random -> {
            int refused = 0;
            BlockCursor cursor = new BlockCursor();
            for (int i = 0; i < 20_000; i++) {
                List<Entry> entries = entries(random);
                byte[] bytes = raw(entries);
                for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                try {
                    Block block = block(bytes, entries.size());
                    KeyTails tails = KeyTails.NONE.with(Family.WRITE, random.nextInt(4));
                    BlockSearch.find(block, tails, lookup(random, tails));
                    cursor.reset(block);
                    int seen = 0;
                    for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                        seen++;
                    }
                    assertEquals(entries.size(), seen);
                } catch (NokvException e) {
                    assertEquals(FailureCode.CORRUPTION, e.code());
                    refused++;
                }
            }
            assertTrue(refused > 100, refused + " refused");
        });
    }
}
