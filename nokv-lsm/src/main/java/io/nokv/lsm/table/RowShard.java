package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.point.PointLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A part of {@link RowCache} with a lock and memory of its own: a ring of bytes that rows are written into one after the other,
 * and a table that leads to them, four places for each hash. New rows take the place of the oldest ones; one that was asked for
 * since it was written, or since it last had its turn, moves to the young end instead (CLOCK).
 *
 * <pre>
 * row (a multiple of 8 bytes): u32:bytes u32:slot u64:reader u64:sequence u64:tail u8:kind u8:family u8:flags u8 u32:keyBytes u32:valueBytes key value
 * ring: ... free ... [oldest row] [row] ... [newest row] ... free ...    with u32:0 where the rest of the ring is left out
 * </pre>
 *
 * <p>The lock covers memory only. A look-up that finds no tag of its own takes no lock. Thread-safe.
 */
final class RowShard {
    /** A budget below this holds nothing. */
    static final int LEAST_BYTES = 4 << 10;
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int WAYS = 4;
    private static final int MOST_USES = 3;
    private static final int SECOND_CHANCES = 16;
    /** Of the ring that one row may take. */
    private static final int SHARE_OF_A_ROW = 16;
    private static final int BYTES_PER_SLOT = 256;
    /** A tag, a place, a use and a tag of what was asked for. */
    private static final int SLOT_BYTES = 4 + 4 + 1 + 4;
    private static final int OBJECT_BYTES = 320;

    private static final int SLOT_AT = 4;
    private static final int READER_AT = 8;
    private static final int SEQUENCE_AT = 16;
    private static final int TAIL_AT = 24;
    private static final int KIND_AT = 32;
    private static final int FAMILY_AT = 33;
    private static final int FIRST_AT = 34;
    private static final int KEY_BYTES_AT = 36;
    private static final int VALUE_BYTES_AT = 40;
    private static final int KEY_AT = 44;

    private final ReentrantLock lock = new ReentrantLock();
    private final int ringBytes;
    private final int slots;
    private volatile Memory memory;

    /** Where the oldest row begins, where the next one will, and how many there are. */
    private int head;
    private int tail;
    private int count;

    /**
     * Made with the first row.
     *
     * @param tags by slot: bits of the identity, 0 for a free slot. Read without the lock, too
     * @param places by slot: where the row begins
     * @param uses by slot: how often it was asked for since its turn, at most 3
     * @param asked bits of the last two identities asked for at each place that identities lead to
     */
    private record Memory(byte[] ring, int[] tags, int[] places, byte[] uses, int[] asked) {}

    RowShard(long budgetBytes) {
        long budget = Math.clamp(budgetBytes, LEAST_BYTES, 1 << 30);
        this.slots = (int) Long.highestOneBit(Math.max(WAYS, budget / BYTES_PER_SLOT));
        this.ringBytes = (int) (budget - OBJECT_BYTES - (long) slots * SLOT_BYTES) & -8;
    }

    private static int tag(long identity) {
        return (int) identity | 1;
    }

    /** The first of the four slots that a row of this identity may have. */
    private int set(long identity) {
        return (int) (identity >>> 24) & slots - 1 & -WAYS;
    }

    boolean find(long identity, long reader, PointLookup lookup) {
        Memory seen = memory;
        if (seen == null || !mayHave(seen, identity)) {
            return false;
        }
        lock.lock();
        try {
            int slot = slotOf(seen, identity, reader, lookup);
            if (slot < 0) {
                return false;
            }
            if (seen.uses[slot] < MOST_USES) {
                seen.uses[slot]++;
            }
            offer(seen.ring, seen.places[slot], lookup);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayHave(Memory seen, long identity) {
        int set = set(identity);
        int tag = tag(identity);
        int[] tags = seen.tags;
        return tags[set] == tag || tags[set + 1] == tag || tags[set + 2] == tag || tags[set + 3] == tag;
    }

    /** The slot of a row that answers {@code lookup}, or -1. */
    private int slotOf(Memory in, long identity, long reader, PointLookup lookup) {
        int set = set(identity);
        for (int slot = set; slot < set + WAYS; slot++) {
            if (in.tags[slot] == tag(identity) && answers(in.ring, in.places[slot], reader, lookup)) {
                return slot;
            }
        }
        return -1;
    }

    private static boolean answers(byte[] ring, int at, long reader, PointLookup lookup) {
        return (long) LONGS.get(ring, at + READER_AT) == reader
                && ring[at + FAMILY_AT] == (byte) lookup.family().code()
                && lookup.matches(ring, at + KEY_AT, (int) INTS.get(ring, at + KEY_BYTES_AT))
                && (!lookup.hasTail() || ring[at + FIRST_AT] == lookup.tailBytes()
                        && lookup.isFrom((long) LONGS.get(ring, at + TAIL_AT)));
    }

    private static void offer(byte[] ring, int at, PointLookup lookup) {
        int keyBytes = (int) INTS.get(ring, at + KEY_BYTES_AT);
        lookup.offerCopy(lookup.hasTail() ? (long) LONGS.get(ring, at + TAIL_AT) : 0,
                (long) LONGS.get(ring, at + SEQUENCE_AT), EntryKind.ofHead(ring[at + KIND_AT]), ring,
                at + KEY_AT + keyBytes, (int) INTS.get(ring, at + VALUE_BYTES_AT));
    }

    /** As {@link RowCache#put}. */
    void put(long identity, long reader, PointLookup lookup, boolean first) {
        long bytes = KEY_AT + (long) lookup.key().length + lookup.valueLength() + 7 & -8L;
        if (bytes > ringBytes / SHARE_OF_A_ROW) {
            return;
        }
        lock.lock();
        try {
            Memory into = memory;
            if (into == null) {
                into = new Memory(new byte[ringBytes], new int[slots], new int[slots], new byte[slots], new int[slots]);
                memory = into;
            }
            if (wasAsked(into, identity) && slotOf(into, identity, reader, lookup) < 0) {
                int at = room(into, (int) bytes);
                int slot = slot(into, identity);
                write(into.ring, at, (int) bytes, slot, reader, lookup, first);
                into.places[slot] = at;
                into.uses[slot] = 0;
                into.tags[slot] = tag(identity);
                tail = at + (int) bytes;
                count++;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean wasAsked(Memory in, long identity) {
        int at = (int) (identity >>> 20) & slots - 1 & -2;
        int tag = tag(identity);
        if (in.asked[at] == tag || in.asked[at + 1] == tag) {
            return true;
        }
        in.asked[at + 1] = in.asked[at];
        in.asked[at] = tag;
        return false;
    }

    /** A free slot, or the one of its four that was least asked for. */
    private int slot(Memory in, long identity) {
        int set = set(identity);
        int least = set;
        for (int slot = set; slot < set + WAYS; slot++) {
            if (in.tags[slot] == 0) {
                return slot;
            }
            least = in.uses[slot] < in.uses[least] ? slot : least;
        }
        in.tags[least] = 0;
        return least;
    }

    private static void write(byte[] ring, int at, int bytes, int slot, long reader, PointLookup lookup,
            boolean first) {
        byte[] key = lookup.key();
        int valueBytes = lookup.valueLength();
        INTS.set(ring, at, bytes);
        INTS.set(ring, at + SLOT_AT, slot);
        LONGS.set(ring, at + READER_AT, reader);
        LONGS.set(ring, at + SEQUENCE_AT, lookup.takenSequence());
        LONGS.set(ring, at + TAIL_AT, lookup.tail());
        ring[at + KIND_AT] = (byte) lookup.kind().code();
        ring[at + FAMILY_AT] = (byte) lookup.family().code();
        ring[at + FIRST_AT] = (byte) (first ? lookup.tailBytes() : 0);
        INTS.set(ring, at + KEY_BYTES_AT, key.length);
        INTS.set(ring, at + VALUE_BYTES_AT, valueBytes);
        System.arraycopy(key, 0, ring, at + KEY_AT, key.length);
        for (int i = 0; i < lookup.tailBytes(); i++) {
            ring[at + KEY_AT + key.length - 1 - i] = (byte) (lookup.tail() >>> 8 * i);
        }
        System.arraycopy(lookup.valueArray(), lookup.valueOffset(), ring, at + KEY_AT + key.length, valueBytes);
    }

    /** Where {@code bytes} are free in one piece, after the newest row. Old rows go, or move, until there are as many. */
    private int room(Memory in, int bytes) {
        int chances = SECOND_CHANCES;
        while (true) {
            if (count == 0) {
                head = 0;
                tail = 0;
                return 0;
            }
            boolean inOnePiece = tail > head;
            if ((inOnePiece ? ringBytes : head) - tail >= bytes) {
                return tail;
            }
            if (inOnePiece) {
                if (tail < ringBytes) {
                    INTS.set(in.ring, tail, 0);
                }
                tail = 0;
            } else if (takeOldest(in, chances > 0)) {
                chances--;
            }
        }
    }

    /** The oldest row goes, or, when it may and was asked for, moves to the young end; whether it did. */
    private boolean takeOldest(Memory in, boolean mayMove) {
        int bytes = head == ringBytes ? 0 : (int) INTS.get(in.ring, head);
        if (bytes == 0) {
            head = 0;
            return false;
        }
        int slot = (int) INTS.get(in.ring, head + SLOT_AT);
        boolean reachable = in.tags[slot] != 0 && in.places[slot] == head;
        boolean moves = reachable && mayMove && in.uses[slot] > 0;
        if (moves) {
            in.uses[slot]--;
            System.arraycopy(in.ring, head, in.ring, tail, bytes);
            in.places[slot] = tail;
            tail += bytes;
        } else {
            if (reachable) {
                in.tags[slot] = 0;
            }
            count--;
        }
        head += bytes;
        return moves;
    }

    /** Heap bytes. */
    long bytes() {
        return OBJECT_BYTES + (memory == null ? 0 : ringBytes + (long) slots * SLOT_BYTES);
    }

    @Override
    public String toString() {
        return count + " rows, " + Arrays.asList(head, tail) + " of " + ringBytes + " bytes";
    }
}
