package io.nokv.lsm.table;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Rows in a ring of bytes: which stay, and that what is found is what was put. */
class RowShardTest {
    private static final KeyTails TAILS = KeyTails.NONE.with(Family.WRITE, 2);
    private static final long SEQUENCE = 100;

    private static PointLookup exact(String key) {
        return PointLookup.exact(Family.DEFAULT, TAILS, b(key), SEQUENCE);
    }

    private static PointLookup from(String key) {
        return PointLookup.from(Family.WRITE, TAILS, b(key), SEQUENCE);
    }

    private static int tail(String digits) {
        return b(digits)[0] << 8 | b(digits)[1];
    }

    private static boolean find(RowShard shard, long reader, PointLookup lookup) {
        return shard.find(identity(reader, lookup), reader, lookup);
    }

    private static void put(RowShard shard, long reader, PointLookup lookup, boolean first) {
        shard.put(identity(reader, lookup), reader, lookup, first);
    }

    private static long identity(long reader, PointLookup lookup) {
        return (lookup.hash() ^ reader) * 0x9E3779B97F4A7C15L;
    }

    /** Puts it as often as it takes to be kept. */
    private static void keep(RowShard shard, long reader, String key, byte[] value) {
        for (int times = 0; times < 2; times++) {
            PointLookup found = exact(key);
            found.offer(0, 7, EntryKind.PUT, value, 0, value.length);
            put(shard, reader, found, false);
        }
    }

    @Test
    void aRowIsKeptWhenItIsReadForTheSecondTime() {
        RowShard shard = new RowShard(64 << 10);
        assertTrue(shard.bytes() < 1_000, "nothing is taken before it is needed");
        PointLookup found = exact("key");
        found.offer(0, 7, EntryKind.PUT, b("--value--"), 2, 5);
        put(shard, 1, found, false);
        assertFalse(find(shard, 1, exact("key")));
        put(shard, 1, found, false);
        PointLookup again = exact("key");
        assertTrue(find(shard, 1, again));
        assertEquals(EntryKind.PUT, again.kind());
        assertEquals(7, again.takenSequence());
        assertArrayEquals(b("value"), again.copyOfValue());
        assertFalse(find(shard, 2, exact("key")), "another table may have another answer");
        assertFalse(shard.find(identity(1, exact("key")), 2, exact("key")), "even if its hash is the same");
        assertFalse(find(shard, 1, exact("kez")));
        assertFalse(find(shard, 1, PointLookup.exact(Family.LOCK, TAILS, b("key"), SEQUENCE)));
    }

    @Test
    void whatIsAskedForStaysAndTheOthersLeaveInTurn() {
        RowShard shard = new RowShard(32 << 10);
        byte[] value = new byte[500];
        keep(shard, 1, "hot", value);
        keep(shard, 1, "cold", value);
        for (int i = 0; i < 500; i++) {
            keep(shard, 1, "other " + i, value);
            assertTrue(find(shard, 1, exact("hot")), "after " + i);
        }
        assertFalse(find(shard, 1, exact("cold")));
        IntSupplier kept = () -> {
            int count = 0;
            for (int i = 0; i < 500; i++) {
                count += find(shard, 1, exact("other " + i)) ? 1 : 0;
            }
            return count;
        };
        int left = kept.getAsInt();
        assertTrue(left > 40 && left < 60, () -> left + " of about 50 that there is room for, in " + shard);
        assertTrue(find(shard, 1, exact("other 499")));
        // Once nobody asks for it, it leaves too, after as many turns as it had uses.
        for (int i = 0; i < 500; i++) {
            keep(shard, 2, "more " + i, value);
        }
        assertFalse(find(shard, 1, exact("hot")));
    }

    @Test
    void rowsThatAreAllAskedForDoNotKeepANewOneOut() {
        RowShard shard = new RowShard(16 << 10);
        for (int i = 0; i < 2_000; i++) {
            keep(shard, 1, "key " + i, new byte[200]);
            for (int before = Math.max(0, i - 200); before <= i; before++) {
                find(shard, 1, exact("key " + before));
            }
            assertTrue(find(shard, 1, exact("key " + i)));
        }
    }

    @Test
    void aRowThatWouldTakeMuchOfTheRingIsNotKept() {
        RowShard shard = new RowShard(16 << 10);
        keep(shard, 1, "key", new byte[4 << 10]);
        assertFalse(find(shard, 1, exact("key")));
    }

    @Test
    void theFirstEntryOfAHeadAnswersWhoAsksFromBeforeIt() {
        RowShard shard = new RowShard(16 << 10);
        for (int times = 0; times < 2; times++) {
            PointLookup found = from("name05");
            found.offer(tail("20"), 7, EntryKind.PUT, b("first"), 0, 5);
            put(shard, 1, found, true);
        }
        for (String key : new String[]{"name00", "name05", "name20"}) {
            PointLookup lookup = from(key);
            assertTrue(find(shard, 1, lookup), key);
            assertEquals(tail("20"), lookup.tail());
            assertEquals("first", new String(lookup.copyOfValue(), StandardCharsets.UTF_8));
        }
        assertFalse(find(shard, 1, from("name21")), "what comes after it is not known");
        assertFalse(find(shard, 1, from("nam\0\0")), "a head of another length");
        assertTrue(find(shard, 1, PointLookup.exact(Family.WRITE, TAILS, b("name20"), SEQUENCE)));
        assertFalse(find(shard, 1, PointLookup.exact(Family.WRITE, TAILS, b("name05"), SEQUENCE)));
    }

    @Test
    void anEntryThatNeedNotBeTheFirstAnswersForItsKeyOnly() {
        RowShard shard = new RowShard(16 << 10);
        for (int times = 0; times < 2; times++) {
            PointLookup found = PointLookup.exact(Family.WRITE, TAILS, b("name20"), SEQUENCE);
            found.offer(0, 7, EntryKind.DELETE, b(""), 0, 0);
            put(shard, 1, found, false);
        }
        PointLookup lookup = PointLookup.exact(Family.WRITE, TAILS, b("name20"), SEQUENCE);
        assertTrue(find(shard, 1, lookup));
        assertTrue(lookup.isTombstone());
        assertFalse(find(shard, 1, from("name20")));
        assertFalse(find(shard, 1, from("name00")));
    }

    private static byte[] valueOf(long reader, String key, int bytes) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) (key.hashCode() * 31 + reader));
        return value;
    }

    @Test
    void whatIsFoundIsWhatWasPut() {
        TestWorld.seeded(getClass(), random -> {
            int found = 0;
            int missed = 0;
            for (int round = 0; round < 60; round++) {
                int budget = 4 << 10 << random.nextInt(5);
                RowShard shard = new RowShard(budget);
                int keys = 1 + random.nextInt(400);
                int mostBytes = 1 + random.nextInt(400);
                for (int step = 0; step < 3_000; step++) {
                    // Smaller numbers are asked for more.
                    int number = random.nextInt(1 + random.nextInt(keys));
                    String key = "key".repeat(number % 5) + number;
                    long reader = 1 + number % 3;
                    byte[] value = valueOf(reader, key, number * 37 % mostBytes);
                    PointLookup lookup = exact(key);
                    if (find(shard, reader, lookup)) {
                        assertArrayEquals(value, lookup.copyOfValue());
                        assertEquals(number, lookup.takenSequence());
                        found++;
                    } else {
                        lookup.offer(0, number, EntryKind.PUT, value, 0, value.length);
                        put(shard, reader, lookup, false);
                        missed++;
                    }
                    assertTrue(shard.bytes() <= budget, shard::toString);
                }
            }
            assertTrue(found > 10_000 && missed > 10_000, found + " found, " + missed + " missed");
        });
    }

    private static int readAndKeep(RowShard shard, TestWorld.Seeded random) {
        int found = 0;
        for (int step = 0; step < 60_000; step++) {
            int number = random.nextInt(60);
            byte[] value = valueOf(1, "key" + number, 100 + number);
            PointLookup lookup = exact("key" + number);
            if (find(shard, 1, lookup)) {
                assertArrayEquals(value, lookup.copyOfValue());
                found++;
            } else {
                keep(shard, 1, "key" + number, value);
            }
        }
        return found;
    }

    @Test
    void rowsThatAreReadWhileOthersTakeTheirPlacesAreWhole() {
        TestWorld.seeded(getClass(), random -> {
            RowShard shard = new RowShard(RowShard.LEAST_BYTES);
            List<Callable<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestWorld.Seeded own = new TestWorld.Seeded(random.nextInt(1 << 30));
                readers.add(() -> readAndKeep(shard, own));
            }
            try (ExecutorService threads = Executors.newFixedThreadPool(readers.size())) {
                for (Future<Integer> reader : threads.invokeAll(readers)) {
                    assertTrue(reader.get() > 1_000);
                }
            }
        });
    }
}
