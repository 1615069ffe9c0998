package io.nokv.lsm.memtable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every memtable is a sorted map of (key ascending, sequence descending). */
class MemtableTest {
    private static final int TAIL = 2;
    private static final KeyTails TAILS = KeyTails.NONE.with(Family.WRITE, TAIL);

    private record At(byte[] key, long sequence) {}

    private static final Comparator<At> ORDER = Comparator.comparing(At::key, Arrays::compareUnsigned)
            .thenComparing(At::sequence, Comparator.reverseOrder());

    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** Keys that share prefixes, are prefixes of one another, and part at every kind of node. */
    private byte[] key() {
        int length = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(12);
        byte[] key = new byte[length];
        int alphabet = switch (random.nextInt(3)) {
            case 0 -> 2;
            case 1 -> 20;
            default -> 256;
        };
        for (int i = 0; i < length; i++) {
            key[i] = (byte) (i < 3 ? random.nextInt(2) : random.nextInt(alphabet));
        }
        return key;
    }

    private String seed() {
        return "seed " + seed + " (-Dnokv.seed=" + seed + ")";
    }

    @ParameterizedTest
    @EnumSource
    void answersAsASortedMap(MemtableKind kind) {
        for (int round = 0; round < 30; round++) {
            Memtable memtable = kind.create(TAILS, 1 << 10);
            NavigableMap<At, byte[]> model = new TreeMap<>(ORDER);
            List<byte[]> known = new ArrayList<>();
            long sequence = 0;
            int adds = 1 + random.nextInt(1_500);
            for (int i = 0; i < adds; i++) {
                byte[] key = known.isEmpty() || random.nextInt(4) > 0
                        ? key()
                        : known.get(random.nextInt(known.size()));
                known.add(key);
                sequence += random.nextInt(8) == 0 ? 0 : 1;
                byte[] value = random.nextInt(5) == 0 ? null : new byte[]{(byte) i, (byte) (i >>> 8)};
                memtable.add(Family.WRITE, key, sequence, value);
                model.put(new At(key, sequence), value == null ? new byte[0] : value);
            }
            assertEquals(adds, memtable.entries());
            checkWalks(memtable, model);
            for (int i = 0; i < 300; i++) {
                byte[] key = random.nextBoolean() ? key() : known.get(random.nextInt(known.size()));
                checkSeeks(memtable, model, new At(key, random.nextInt((int) sequence + 3)));
                checkLookups(memtable, model, key, random.nextInt((int) sequence + 3));
            }
        }
    }

    private void checkWalks(Memtable memtable, NavigableMap<At, byte[]> model) {
        EntryCursor cursor = memtable.cursor(Family.WRITE);
        assertFalse(cursor.isValid());
        cursor.seekToFirst();
        for (Map.Entry<At, byte[]> wanted : model.entrySet()) {
            check(wanted, cursor);
            cursor.next();
        }
        assertFalse(cursor.isValid(), this::seed);
        cursor.seekToLast();
        for (Map.Entry<At, byte[]> wanted : model.descendingMap().entrySet()) {
            check(wanted, cursor);
            cursor.prev();
        }
        assertFalse(cursor.isValid(), this::seed);
        assertFalse(memtable.cursor(Family.LOCK).isValid());
    }

    private void checkSeeks(Memtable memtable, NavigableMap<At, byte[]> model, At from) {
        EntryCursor cursor = memtable.cursor(Family.WRITE);
        cursor.seek(from.key, from.sequence);
        Map.Entry<At, byte[]> wanted = model.ceilingEntry(from);
        for (int i = 0; i < 4; i++) {
            check(wanted, cursor);
            if (wanted != null) {
                cursor.next();
                wanted = model.higherEntry(wanted.getKey());
            }
        }
        cursor.seekBefore(from.key, from.sequence);
        wanted = model.lowerEntry(from);
        for (int i = 0; i < 4; i++) {
            check(wanted, cursor);
            if (wanted != null) {
                cursor.prev();
                wanted = model.lowerEntry(wanted.getKey());
            }
        }
    }

    private void check(Map.Entry<At, byte[]> wanted, EntryCursor cursor) {
        assertEquals(wanted != null, cursor.isValid(), this::seed);
        if (wanted != null) {
            assertArrayEquals(wanted.getKey().key, Arrays.copyOfRange(cursor.keyArray(), cursor.keyOffset(),
                    cursor.keyOffset() + cursor.keyLength()), this::seed);
            assertEquals(wanted.getKey().sequence, cursor.sequence(), this::seed);
            assertEquals(wanted.getValue().length == 0, cursor.isTombstone(), this::seed);
            if (!cursor.isTombstone()) {
                assertArrayEquals(wanted.getValue(), Arrays.copyOfRange(cursor.valueArray(), cursor.valueOffset(),
                        cursor.valueOffset() + cursor.valueLength()), this::seed);
            }
        }
    }

    private void checkLookups(Memtable memtable, NavigableMap<At, byte[]> model, byte[] key, long at) {
        PointLookup exact = PointLookup.exact(Family.WRITE, TAILS, key, at);
        memtable.find(exact);
        check(first(model, key, key.length, at), exact);
        if (key.length >= TAIL) {
            PointLookup from = PointLookup.from(Family.WRITE, TAILS, key, at);
            memtable.find(from);
            check(first(model, key, key.length - TAIL, at), from);
        }
    }

    /** The first visible entry from {@code key} on whose key is as long and has the same first bytes. */
    private static Map.Entry<At, byte[]> first(NavigableMap<At, byte[]> model, byte[] key, int head, long at) {
        return model.tailMap(new At(key, Long.MAX_VALUE)).entrySet().stream()
                .filter(e -> e.getKey().sequence <= at && e.getKey().key.length == key.length
                        && Arrays.equals(e.getKey().key, 0, head, key, 0, head))
                .findFirst().orElse(null);
    }

    private void check(Map.Entry<At, byte[]> wanted, PointLookup lookup) {
        assertEquals(wanted != null, lookup.isFound(), this::seed);
        if (wanted != null) {
            assertEquals(wanted.getValue().length == 0, lookup.isTombstone(), this::seed);
            if (!lookup.isTombstone()) {
                assertArrayEquals(wanted.getValue(), lookup.copyOfValue(), this::seed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyVersionsOfAKey(MemtableKind kind) {
        Memtable memtable = kind.create(TAILS, 1 << 20);
        byte[] key = {1, 2, 3};
        int versions = 2_000;
        for (int s = 1; s <= versions; s++) {
            memtable.add(Family.DEFAULT, key, 2 * s, new byte[]{(byte) s});
        }
        EntryCursor cursor = memtable.cursor(Family.DEFAULT);
        for (int at = 0; at <= 2 * versions + 1; at++) {
            PointLookup lookup = PointLookup.exact(Family.DEFAULT, TAILS, key, at);
            memtable.find(lookup);
            assertEquals(at >= 2, lookup.isFound());
            if (at >= 2) {
                assertArrayEquals(new byte[]{(byte) (at / 2)}, lookup.copyOfValue());
            }
            cursor.seekBefore(key, at);
            long above = at / 2 * 2 + 2;
            assertEquals(above <= 2 * versions, cursor.isValid());
            assertTrue(!cursor.isValid() || cursor.sequence() == above);
        }
        cursor.seekToLast();
        for (int s = 1; s <= versions; s++) {
            assertEquals(2 * s, cursor.sequence());
            cursor.prev();
        }
        assertFalse(cursor.isValid());
    }

    /** The writer says what is visible only after adding it; readers must find all of that, in order, at any moment. */
    @ParameterizedTest
    @EnumSource
    void readersBesideAWriterSeeEverythingThatIsVisible(MemtableKind kind) throws InterruptedException {
        Memtable memtable = kind.create(TAILS, 1 << 20);
        int total = 60_000;
        byte[][] keys = new byte[total + 1][];
        Random shuffled = new Random(seed);
        for (int s = 1; s <= total; s++) { // each sequence number has its key: a spread of distinct ones
            int scattered = (int) (s * 2_654_435_761L >>> 4 & 0xFFFFFF);
            keys[s] = ("dir" + shuffled.nextInt(40) + "/" + Integer.toString(scattered, 7) + "#" + s).getBytes();
        }
        AtomicLong visible = new AtomicLong();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> readers = new ArrayList<>();
        for (int r = 0; r < 3; r++) {
            Random own = new Random(seed + r);
            readers.add(Thread.ofPlatform().start(() -> {
                try {
                    while (visible.get() < total) {
                        readOnce(memtable, keys, visible, own);
                    }
                } catch (Throwable t) {
                    failures.add(t);
                }
            }));
        }
        for (int s = 1; s <= total; s++) {
            memtable.add(Family.DEFAULT, keys[s], s, keys[s]);
            visible.set(s);
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertTrue(failures.isEmpty(), () -> seed() + ": " + failures);
    }

    private static void readOnce(Memtable memtable, byte[][] keys, AtomicLong visible, Random random) {
        long at = visible.get();
        if (at == 0) {
            return;
        }
        byte[] key = keys[1 + random.nextInt((int) at)];
        PointLookup lookup = PointLookup.exact(Family.DEFAULT, TAILS, key, at);
        memtable.find(lookup);
        assertTrue(lookup.isFound(), "a visible key is missing");
        assertArrayEquals(key, lookup.copyOfValue());
        EntryCursor cursor = memtable.cursor(Family.DEFAULT);
        boolean forward = random.nextBoolean();
        if (forward) {
            cursor.seek(key, at);
        } else {
            cursor.seekBefore(key, 0);
        }
        assertArrayEquals(key, cursor.keyArray(), "the cursor misses a visible key");
        byte[] before = key;
        for (int i = 0; i < 20 && cursor.isValid(); i++) {
            if (forward) {
                cursor.next();
            } else {
                cursor.prev();
            }
            if (cursor.isValid()) {
                int order = Arrays.compareUnsigned(before, cursor.keyArray());
                assertTrue(forward ? order < 0 : order > 0, "the cursor goes back and forth");
                before = cursor.keyArray();
            }
        }
    }

    /** An entry counts at least its key and value, and at most a node of the tree more. */
    @ParameterizedTest
    @EnumSource
    void bytesGrowWithWhatIsAdded(MemtableKind kind) {
        Memtable memtable = kind.create(TAILS, 1 << 20);
        long before = memtable.bytes();
        for (int i = 0; i < 1_000; i++) {
            byte[] key = String.format("directory/%06d", i).getBytes();
            memtable.add(Family.DEFAULT, key, i + 1, new byte[100]);
            long grown = memtable.bytes() - before;
            assertTrue(grown >= key.length + 100 && grown <= key.length + 100 + 1_300, () -> kind + ": " + grown);
            before = memtable.bytes();
        }
    }
}
