package io.nokv.lsm.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fragments of deletions against the plain list of them, over random ranges of a few keys. */
class RangeDeletionsTest {
    private record Deletion(Range range, long sequence) {}

    private static byte[] key(TestWorld.Seeded random) {
        byte[] key = new byte[random.nextInt(4)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(3) == 0 ? 0xFF : random.nextInt(3));
        }
        return key;
    }

    private static Range range(TestWorld.Seeded random) {
        return new Range(random.nextInt(6) == 0 ? null : key(random), random.nextInt(6) == 0 ? null : key(random));
    }

    private static long newest(List<Deletion> all, byte[] key, long sequence) {
        return all.stream().filter(d -> d.sequence <= sequence && d.range.contains(key)).mapToLong(Deletion::sequence)
                .max().orElse(0);
    }

    private static long newest(RangeDeletions deletions, byte[] key, long sequence) {
        return deletions.newestOver(key, 0, key.length, sequence);
    }

    private static void assertWhole(RangeDeletions deletions) {
        for (int i = 0; i < deletions.size(); i++) {
            RangeDeletions.Fragment f = deletions.fragment(i);
            assertTrue(f.to() == null || Bytes.ORDER.compare(f.from(), f.to()) < 0, deletions::toString);
            for (int s = 1; s < f.sequences().length; s++) {
                assertTrue(f.sequences()[s] < f.sequences()[s - 1], deletions::toString);
            }
        }
        RangeDeletions.of(deletions.fragments());
    }

    @Test
    void fragmentsCoverWhatTheListCovers() {
        TestWorld.seeded(getClass(), random -> {
            for (int run = 0; run < 300; run++) {
                List<Deletion> all = new ArrayList<>();
                List<RangeDeletions> parts = new ArrayList<>();
                RangeDeletions one = RangeDeletions.NONE;
                RangeDeletions part = RangeDeletions.NONE;
                int count = 1 + random.nextInt(12);
                for (int s = 1; s <= count; s++) {
                    Range range = range(random);
                    all.add(new Deletion(range, s));
                    one = one.with(range, s);
                    part = part.with(range, s);
                    if (random.nextInt(3) == 0) {
                        parts.add(part);
                        part = RangeDeletions.NONE;
                    }
                }
                parts.add(part);
                RangeDeletions union = RangeDeletions.union(parts);
                assertWhole(one);
                assertWhole(union);
                byte[] from = key(random);
                byte[] to = key(random);
                RangeDeletions within = Bytes.ORDER.compare(from, to) < 0 ? one.within(from, to) : RangeDeletions.NONE;
                assertWhole(within);
                long at = random.nextInt(count + 2);
                Cover cover = Cover.of(parts, at);
                List<byte[]> keys = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    keys.add(key(random));
                }
                if (random.nextInt(2) == 0) {
                    keys.sort(Bytes.ORDER);
                }
                for (byte[] key : keys) {
                    long expected = newest(all, key, at);
                    String what = Bytes.show(key) + " at " + at + " of " + all + ": " + one;
                    assertEquals(expected, newest(one, key, at), what);
                    assertEquals(expected, newest(union, key, at), what);
                    assertEquals(expected, cover == null ? 0 : cover.over(key, 0, key.length), what);
                    if (new Range(from, to).contains(key)) {
                        assertEquals(expected, newest(within, key, at), what);
                    } else {
                        assertEquals(0, newest(within, key, at), what);
                    }
                }
                byte[] first = keys.get(0);
                byte[] last = keys.get(keys.size() - 1);
                if (Bytes.ORDER.compare(first, last) <= 0) {
                    long hidden = one.newestOverAll(first, last, at);
                    for (byte[] key : keys) {
                        if (hidden > 0 && Bytes.ORDER.compare(first, key) <= 0 && Bytes.ORDER.compare(key, last) <= 0) {
                            assertTrue(newest(all, key, at) >= hidden, () -> Bytes.show(key) + " is not hidden");
                        }
                    }
                }
            }
        });
    }

    @Test
    void aRangeThatIsWhollyCoveredIsKnownToBe() {
        byte[] a = {1};
        byte[] m = {5};
        byte[] z = {9};
        RangeDeletions two = RangeDeletions.NONE.with(new Range(a, m), 7).with(new Range(m, z), 4);
        assertEquals(4, two.newestOverAll(a, new byte[]{8}, 9));
        assertEquals(0, two.newestOverAll(a, z, 9), "the end is not covered");
        assertEquals(0, two.newestOverAll(a, new byte[]{8}, 6), "a part is not deleted yet");
        assertEquals(7, two.newestOverAll(a, new byte[]{4}, 9));
        assertEquals(7, RangeDeletions.NONE.with(Range.ALL, 7).newestOverAll(Bytes.EMPTY, z, 9));
    }
}
