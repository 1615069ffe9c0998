package io.nokv.lsm.table;

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
 * <p>Immutable, but for the hash table, which the first point read fills in; whoever does so at the same time writes the
 * same.
 */
final class Block extends Cached {
    /** Entries from one whose key is whole to the next. */
    static final int INTERVAL = 16;
    private static final int MOST_HASHED = 255;
    private static final int OBJECT_BYTES = 72 + 16;
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class,
            ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] bytes;
    /** Where the entries end. */
    final int entriesEnd;
    final int count;
    private final boolean wide;
    private final int startsAt;
    private final int bucketsAt;
    private final int buckets;
    private final long identity;
    private volatile boolean hashed;

    private Block(byte[] bytes, int entriesEnd, int count, long identity) {
        this.bytes = bytes;
        this.entriesEnd = entriesEnd;
        this.count = count;
        this.identity = identity;
        this.wide = isWide(entriesEnd);
        this.startsAt = startsAt(entriesEnd);
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

    /** So long is the array that {@link #of} takes: raw bytes of {@code count} entries come first in it. */
    static int arrayBytes(int rawBytes, int count) {
        return Math.addExact(startsAt(rawBytes),
                Math.addExact(Math.multiplyExact(count, isWide(rawBytes) ? 4 : 2), 2 * buckets(count)));
    }

    /**
     * The block in the first {@code rawBytes} of {@code array}, which has {@link #arrayBytes} bytes and becomes its own;
     * CORRUPTION unless that is {@code count} entries.
     */
    static Block of(byte[] array, int rawBytes, int count, String path, long offset, long identity) {
        Block block = new Block(array, rawBytes, count, identity);
        String broken = block.check();
        if (broken != null) {
            throw NokvException.corruption(path, offset, broken);
        }
        return block;
    }

    /** Walks through all entries and notes where they begin; what is wrong, or null. */
    private String check() {
        EntryScan scan = new EntryScan(bytes, entriesEnd);
        int at = 0;
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
                INTS.set(bytes, startsAt + 4 * i, at);
            } else {
                SHORTS.set(bytes, startsAt + 2 * i, (short) at);
            }
            at = next;
        }
        return at == entriesEnd ? null : "bytes behind the last entry";
    }

    /** Where entry {@code i} begins. */
    int start(int i) {
        return wide ? (int) INTS.get(bytes, startsAt + 4 * i) : (short) SHORTS.get(bytes, startsAt + 2 * i) & 0xFFFF;
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

    /** Whether there is a hash table: a block of many small entries has none. */
    boolean hasHashes() {
        return buckets > 0;
    }

    @Override
    long heapBytes() {
        return OBJECT_BYTES + bytes.length;
    }

    @Override
    long identity() {
        return identity;
    }
}
