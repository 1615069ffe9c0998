package io.nokv.lsm.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Searching a block without putting keys together finds what putting them together finds. */
class BlockSearchTest {
    private static final long SEQUENCES = 6;

    /** Entries by table key and sequence, newest first, as one sortable key. */
    private static byte[] entryKey(Family family, byte[] key) {
        return TableKey.of(family, key);
    }

    private static byte[] key(TestWorld.Seeded random) {
        byte[] key = new byte[random.nextInt(7)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : 'a' + random.nextInt(2));
        }
        return key;
    }

    private static Family family(TestWorld.Seeded random) {
        return random.nextInt(4) == 0 ? Family.LOCK : Family.WRITE;
    }

    private static byte[] block(TestWorld.Seeded random) {
        TreeMap<byte[], Family> keys = new TreeMap<>(Bytes.ORDER);
        for (int i = random.nextInt(120); i >= 0; i--) {
            Family family = family(random);
            keys.put(entryKey(family, key(random)), family);
        }
        BlockBuilder builder = new BlockBuilder();
        keys.forEach((tableKey, family) -> {
            boolean any = false;
            for (long sequence = SEQUENCES; sequence > 0; sequence--) {
                if (!any && sequence == 1 || random.nextInt(4) == 0) {
                    any = true;
                    byte[] value = new byte[random.nextInt(30) == 0 ? 300 : random.nextInt(4)];
                    EntryKind kind = EntryKind.ofHead(random.nextInt(3));
                    builder.add(family.code(), tableKey, 1, tableKey.length - 1, sequence << 20, kind, value, 0,
                            kind == EntryKind.DELETE ? 0 : value.length);
                }
            }
        });
        return builder.finish();
    }

    private static PointLookup lookup(TestWorld.Seeded random, KeyTails tails) {
        Family family = family(random);
        byte[] key = key(random);
        long sequence = 1 + random.nextInt((int) SEQUENCES) << 20;
        return random.nextInt(2) == 0
                ? PointLookup.exact(family, tails, key, sequence)
                : PointLookup.from(family, tails, key, sequence);
    }

    @Test
    void findsWhatACursorFinds() {
        TestWorld.seeded(getClass(), random -> {
            int found = 0;
            int walks = 0;
            for (int i = 0; i < 400; i++) {
                Block block = new Block(block(random), "block", 0);
                for (int j = 0; j < 50; j++) {
                    KeyTails tails = KeyTails.NONE.with(Family.WRITE, random.nextInt(4));
                    PointLookup lookup = lookup(random, tails);
                    BlockSearch.Outcome outcome = BlockSearch.find(block, lookup);
                    BlockCursor cursor = new BlockCursor();
                    cursor.reset(block);
                    cursor.seek(lookup.family().code(), lookup.key(), lookup.sequence());
                    boolean sameFamily = cursor.isValid() && cursor.familyCode() == lookup.family().code();
                    boolean first = sameFamily && cursor.sequence <= lookup.sequence()
                            && lookup.matches(cursor.keyArray, cursor.keyOffset + 1, cursor.keyLength - 1);
                    assertEquals(first, lookup.isFound());
                    boolean more = sameFamily && !first && lookup.mayMatchAfter(cursor.keyArray, cursor.keyOffset + 1,
                            cursor.keyLength - 1);
                    assertEquals(more ? BlockSearch.Outcome.WALK : BlockSearch.Outcome.DONE, outcome);
                    if (first) {
                        assertEquals(cursor.kind, lookup.kind());
                        assertEquals(cursor.valueOffset, lookup.valueOffset());
                        assertEquals(cursor.valueLength, lookup.valueLength());
                        assertEquals(lookup.tailOf(cursor.keyArray, cursor.keyOffset + 1), lookup.tail());
                        found++;
                    }
                    walks += more ? 1 : 0;
                }
            }
            assertTrue(found > 500 && walks > 20, found + " found, " + walks + " walks");
        });
    }

    /** Checksums keep such blocks away; a search of one ends all the same, and in nothing but CORRUPTION. */
    @Test
    void aDamagedBlockIsSearchedWithoutHarm() {
        TestWorld.seeded(getClass(), random -> {
            int refused = 0;
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = block(random);
                for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                try {
                    BlockSearch.find(new Block(bytes, "block", 0),
                            lookup(random, KeyTails.NONE.with(Family.WRITE, random.nextInt(4))));
                } catch (NokvException e) {
                    assertEquals(FailureCode.CORRUPTION, e.code());
                    refused++;
                }
            }
            assertTrue(refused > 100, refused + " refused");
        });
    }
}
