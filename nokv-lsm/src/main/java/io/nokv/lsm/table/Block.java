package io.nokv.lsm.table;

import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.point.KeyHash;
import io.nokv.lsm.point.KeyTails;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A data block in memory: the entries as the file has them, then where each of them begins, then a hash table by which a
 * point read finds the first entry of a head. All lies in one array, so that a read touches few lines of memory. Entries
 * are checked once, when the block is loaded; who reads them afterwards need not.
 *
 * <pre>
 * entry* (2 or 4 bytes: where entry i begins)* (u8:fingerprint u8:1 + i)*         (up to 255 entries)
 * </pre>
 *
 * <p>Immutable, but for the hash table, which the first point read that finds the block in the cache fills in; whoever does so
 * at the same time writes the same.
 *
 * <p>The memory of a block that the cache has kept is used again once nobody holds the block: not the cache, and none of those
 * who had it from {@link #hold} or were given it held. Each of them calls {@link #release} once, and does not look at the
 * bytes afterwards. A block that the cache never kept has memory of its own.
 */
final class Block extends Cached {
    /** Entries from one whose key is whole to the next. */
    static final int INTERVAL = 16;
    private static final int MOST_HASHED = 255;
    private static final int OBJECT_BYTES = 88 + 32;
    private static final int ARRAY_HEADER_BYTES = 16;
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class,
            ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle HOLDERS;

    static {
        try {
            HOLDERS = MethodHandles.lookup().findVarHandle(Block.class, "holders", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** With the entries from {@link #base} on, and more that is none of this block's business. */
    final byte[] bytes;
    final int base;
    final int count;
    private final Space space;
    private final int rawBytes;
    private final boolean wide;
    private final int startsAt;
    private final int bucketsAt;
    private final int buckets;
    private final long identity;
    private volatile boolean hashed;

    /** Of memory that is to be given back, or null. Set before any other thread knows the block. */
    private CacheShard owner;
    /** At 0 the memory is given back, and nobody can hold the block any more. */
    private int holders = 1;

    private Block(Space space, int rawBytes, int count, long identity) {
        this.space = space;
        this.bytes = space.array();
        this.base = space.at();
        this.rawBytes = rawBytes;
        this.count = count;
        this.identity = identity;
        this.wide = isWide(rawBytes);
        this.startsAt = base + startsAt(rawBytes);
        this.bucketsAt = startsAt + count * (wide ? 4 : 2);
        this.buckets = buckets(count);
    }

    private static boolean isWide(int rawBytes) {
        return rawBytes > 0xFFFF;
    }

    /** Aligned: threads that fill in the hash table at the same time must not see half a bucket. */
    private static int startsAt(int rawBytes) {
        return Math.addExact(rawBytes, 3) & ~3;
    }

    private static int buckets(int count) {
        return count > MOST_HASHED ? 0 : count + (count >>> 1) + 1;
    }

    /** So much space {@link #of} takes: raw bytes of {@code count} entries come first in it. */
    static int spaceBytes(int rawBytes, int count) {
        return Math.addExact(startsAt(rawBytes),
                Math.addExact(Math.multiplyExact(count, isWide(rawBytes) ? 4 : 2), 2 * buckets(count)));
    }

    /**
     * The block in the first {@code rawBytes} of {@code space}, which has {@link #spaceBytes} bytes at least; CORRUPTION unless
     * that is {@code count} entries.
     */
    static Block of(Space space, int rawBytes, int count, String path, long offset, long identity) {
        Block block = new Block(space, rawBytes, count, identity);
        String broken = block.check();
        if (broken != null) {
            throw NokvException.corruption(path, offset, broken);
        }
        return block;
    }

    /** The same block in the first {@link #spaceBytes} of {@code other}, for the caller alone. */
    Block copiedTo(Space other) {
        Block copy = new Block(other, rawBytes, count, identity);
        System.arraycopy(bytes, base, copy.bytes, copy.base, bucketsAt - base);
        copy.clearBuckets();
        return copy;
    }

    int spaceBytes() {
        return spaceBytes(rawBytes, count);
    }

    private void clearBuckets() {
        Arrays.fill(bytes, bucketsAt, bucketsAt + 2 * buckets, (byte) 0);
    }

    /** Walks through all entries and notes where they begin; what is wrong, or null. */
    private String check() {
        int end = base + rawBytes;
        EntryScan scan = new EntryScan(bytes, end);
        int at = base;
        int baseKey = 0;
        for (int i = 0; i < count; i++) {
            int next = scan.read(at);
            if (next < 0) {
                return "an entry that does not fit into its block";
            }
            if (i % INTERVAL == 0) {
                if (scan.shared != 0) {
                    return "an entry with a prefix where none can be";
                }
                baseKey = scan.own;
            }
            if (scan.shared > baseKey || scan.shared + scan.own < 1) {
                return "an entry with an impossible key";
            }
            if (EntryKind.ofHead(scan.head) == null) {
                return "an entry of no known kind";
            }
            if (wide) {
                INTS.set(bytes, startsAt + 4 * i, at - base);
            } else {
                SHORTS.set(bytes, startsAt + 2 * i, (short) (at - base));
            }
            at = next;
        }
        clearBuckets();
        return at == end ? null : "bytes behind the last entry";
    }

    /** Where entry {@code i} begins. */
    int start(int i) {
        return base + (wide
                ? (int) INTS.get(bytes, startsAt + 4 * i)
                : (short) SHORTS.get(bytes, startsAt + 2 * i) & 0xFFFF);
    }

    // ---- whose it is ---------------------------------------------------------------------------------------------

    Space space() {
        return space;
    }

    /** The caller is the first holder, and the last one gives the memory to {@code cache}. */
    void belongsTo(CacheShard cache) {
        owner = cache;
    }

    /** False when the memory is, or will be, somebody else's. */
    boolean hold() {
        while (true) {
            int seen = (int) HOLDERS.getAcquire(this);
            if (seen == 0) {
                return false;
            }
            if (HOLDERS.compareAndSet(this, seen, seen + 1)) {
                return true;
            }
        }
    }

    /** For one more holder, by one who holds it. */
    Block heldAgain() {
        Invariant.check(hold(), "who holds a block can hold it again");
        return this;
    }

    /** True for the last holder, who has to give the memory back. */
    boolean letGo() {
        int left = (int) HOLDERS.getAndAdd(this, -1) - 1;
        Invariant.check(left >= 0, "a block is released as often as it is held");
        return left == 0;
    }

    /** The caller does not read the block any more. */
    void release() {
        if (owner != null && letGo()) {
            owner.giveBack(space);
        }
    }

    // ---- the hash table -------------------------------------------------------------------------------------------

    private int bucket(long hash) {
        return (int) ((hash >>> 40 & 0xFFFF) * buckets >>> 16);
    }

    private static int fingerprint(long hash) {
        return (int) (hash >>> 56);
    }

    private void fill(KeyTails tails) {
        BlockCursor cursor = new BlockCursor();
        cursor.reset(this);
        byte[] head = new byte[64];
        int headBytes = -1;
        for (int i = 0; i < count; i++) {
            cursor.show(i);
            Family family = Family.ofCode(cursor.familyCode());
            if (family == null) {
                continue;
            }
            int bytes = 1 + tails.headBytes(family, cursor.keyLength - 1);
            if (bytes == headBytes && Arrays.equals(head, 0, bytes, cursor.keyArray, 0, bytes)) {
                continue;
            }
            head = head.length < bytes ? new byte[2 * bytes] : head;
            System.arraycopy(cursor.keyArray, 0, head, 0, bytes);
            headBytes = bytes;
            insert(KeyHash.of(family, head, 1, bytes - 1), i);
        }
        hashed = true;
    }

    private void insert(long hash, int entry) {
        int wanted = fingerprint(hash) << 8 | entry + 1;
        int at = bucket(hash);
        while (true) {
            int found = (short) SHORTS.get(bytes, bucketsAt + 2 * at) & 0xFFFF;
            if (found == 0 || found == wanted) {
                SHORTS.set(bytes, bucketsAt + 2 * at, (short) wanted);
                return;
            }
            at = at + 1 == buckets ? 0 : at + 1;
        }
    }

    /**
     * The first bucket from {@code from} on (-1 to begin) that may stand for {@code hash}, or -1 when no head has that hash.
     * What it stands for begins at {@link #firstOf}.
     */
    int candidate(long hash, int from, KeyTails tails) {
        if (!hashed) {
            fill(tails);
        }
        int at = from < 0 ? bucket(hash) : from + 1 == buckets ? 0 : from + 1;
        int wanted = fingerprint(hash);
        while (true) {
            int found = (short) SHORTS.get(bytes, bucketsAt + 2 * at) & 0xFFFF;
            if (found == 0) {
                return -1;
            }
            if (found >>> 8 == wanted) {
                return at;
            }
            at = at + 1 == buckets ? 0 : at + 1;
        }
    }

    /** The entry that a bucket stands for: the first one in the block of its head. */
    int firstOf(int candidate) {
        return ((short) SHORTS.get(bytes, bucketsAt + 2 * candidate) & 0xFF) - 1;
    }

    /**
     * Whether a look-up goes by hash. A block of many small entries has no table. Filling it in costs as much as a dozen searches
     * that halve their way: that is for blocks that are read again, not for one that a look-up has just loaded.
     */
    boolean hasHashes() {
        return buckets > 0 && (hashed || uses() > 0);
    }

    @Override
    long heapBytes() {
        return OBJECT_BYTES + (space.slab() == null ? ARRAY_HEADER_BYTES : 0) + space.bytes();
    }

    @Override
    long identity() {
        return identity;
    }
}
