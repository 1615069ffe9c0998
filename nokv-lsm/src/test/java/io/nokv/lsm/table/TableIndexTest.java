package io.nokv.lsm.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The trie leads to where a walk along the pieces leads. */
class TableIndexTest {
    private record Last(byte[] tableKey, long sequence) {
        int compareTo(Last other) {
            int order = Arrays.compareUnsigned(tableKey, other.tableKey);
            return order != 0 ? order : Long.compare(other.sequence, sequence);
        }
    }

    private static byte[] key(TestWorld.Seeded random, int shape) {
        byte[] key = new byte[random.nextInt(shape % 2 == 0 ? 5 : 40)];
        for (int i = 0; i < key.length; i++) {
            key[i] = switch (shape % 3) {
                case 0 -> (byte) random.nextInt(2);
                case 1 -> (byte) random.nextInt(256);
                default -> (byte) (i < key.length - 1 ? 0 : random.nextInt(3) - 1);
            };
        }
        return key;
    }

    private static Family family(TestWorld.Seeded random) {
        return Family.values()[random.nextInt(3)];
    }

    private static List<Last> draw(TestWorld.Seeded random, int shape) {
        List<Last> lasts = new ArrayList<>();
        for (int i = random.nextInt(100); i >= 0; i--) {
            byte[] tableKey = random.nextInt(4) == 0 && !lasts.isEmpty()
                    ? lasts.getLast().tableKey
                    : TableKey.of(family(random), key(random, shape));
            lasts.add(new Last(tableKey, random.nextInt(1000)));
        }
        lasts.sort(Last::compareTo);
        return lasts;
    }

    private static TableIndex index(List<Last> lasts) {
        TableIndex.Builder builder = new TableIndex.Builder();
        for (int i = 0; i < lasts.size(); i++) {
            builder.add(lasts.get(i).tableKey, lasts.get(i).sequence, 20 + i, i);
        }
        assertEquals(lasts.size(), builder.pieces());
        long bytes = lasts.size() * 20L + lasts.size() * (lasts.size() - 1L) / 2;
        return TableIndex.parse(new ByteReader(builder.finish()), 100, 100 + bytes);
    }

    @Test
    void findsWhatAWalkFinds() {
        TestWorld.seeded(getClass(), random -> {
            for (int i = 0; i < 2_000; i++) {
                List<Last> lasts = draw(random, i);
                TableIndex index = index(lasts);
                for (int j = 0; j < 100; j++) {
                    Last near = lasts.get(random.nextInt(lasts.size()));
                    boolean same = random.nextInt(3) == 0;
                    Family family = same ? Family.ofCode(near.tableKey[0]) : family(random);
                    byte[] key = same ? Arrays.copyOfRange(near.tableKey, 1, near.tableKey.length) : key(random, i);
                    long sequence = random.nextInt(3) == 0 ? near.sequence : random.nextInt(1000);
                    Last wanted = new Last(TableKey.of(family, key), sequence);
                    int expected = (int) lasts.stream().filter(last -> last.compareTo(wanted) < 0).count();
                    assertEquals(expected, index.find(family.code(), key, sequence));
                }
                for (int piece = 0; piece < lasts.size(); piece++) {
                    assertEquals(0, Arrays.compare(lasts.get(piece).tableKey, index.lastKey(piece)));
                    assertEquals(20 + piece, index.bytes(piece));
                    assertEquals(piece, index.detail(piece));
                }
            }
        });
    }

    /** A checksum keeps such an index away; it is refused, or it is an index. */
    @Test
    void aDamagedIndexDoesNoHarm() {
        TestWorld.seeded(getClass(), random -> {
            for (int i = 0; i < 20_000; i++) {
                TableIndex.Builder builder = new TableIndex.Builder();
                draw(random, i).forEach(last -> builder.add(last.tableKey, last.sequence, 20, 1));
                byte[] raw = builder.finish();
                raw[random.nextInt(raw.length)] = (byte) random.nextInt(256);
                try {
                    TableIndex.parse(new ByteReader(raw), 0, 20L * 50).find(0, key(random, i), 5);
                } catch (NokvException e) {
                    assertEquals(FailureCode.CORRUPTION, e.code());
                }
            }
            assertThrows(NokvException.class, () -> TableIndex.parse(new ByteReader(new byte[0]), 0, 20));
        });
    }

    @Test
    void aTableOfRangeDeletionsHasAnIndexWithoutPieces() {
        TableIndex none = TableIndex.parse(new ByteReader(new byte[0]), 8, 8);
        assertEquals(0, none.pieces());
        assertEquals(0, none.find(Family.WRITE.code(), TestWorld.b("key"), 5));
    }
}
