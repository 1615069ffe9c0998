package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.Arrays;

/**
 * Looks up entries of a block without putting keys together: an entry's key is compared in its two parts, what it shares
 * with the first key of its interval and what is its own. Allocates nothing.
 */
final class BlockSearch {
    /** How a search ended. */
    enum Outcome {
        /** The look-up was offered what the block has. */
        DONE,
        /** The first entry from the wanted key on will not do, but one behind it may: walk on with a cursor. */
        WALK,
    }

    /** So many entries behind the first of a head are looked at in turn before the search halves its way. */
    private static final int STEPS = 4;

    private BlockSearch() {}

    /**
     * Offers {@code lookup} a copy of what the block has.
     *
     * @param tails of the heads that look-ups ask for
     */
    static Outcome find(Block block, KeyTails tails, PointLookup lookup) {
        int familyCode = lookup.family().code();
        byte[] key = lookup.key();
        if (block.hasHashes()) {
            int headBytes = tails.headBytes(lookup.family(), key.length);
            for (int candidate = block.candidate(lookup.hash(), -1, tails); candidate >= 0;) {
                int i = block.firstOf(candidate);
                // Another head with this hash may be longer and begin with the one wanted.
                boolean sameHead = hasHead(block, i, familyCode, key, headBytes)
                        && tails.headBytes(lookup.family(), keyBytes(block, i)) == headBytes;
                if (sameHead) {
                    return judge(block, from(block, i, familyCode, key, lookup.sequence()), lookup);
                }
                candidate = block.candidate(lookup.hash(), candidate, tails);
            }
            if (!lookup.hasTail()) {
                return Outcome.DONE;
            }
            // Keys that begin with the head but are longer may lie between the wanted key and its successors.
        }
        return judge(block, lowerBound(block, 0, familyCode, key, lookup.sequence()), lookup);
    }

    /** The first entry at or after the target, none of the entries before {@code i} being one. */
    private static int from(Block block, int i, int familyCode, byte[] key, long sequence) {
        for (int step = 0; step < STEPS; step++) {
            if (i + step == block.count || order(block, i + step, familyCode, key, sequence) >= 0) {
                return i + step;
            }
        }
        return lowerBound(block, i + STEPS, familyCode, key, sequence);
    }

    /** What the entry at {@code i}, the first from the wanted key on, means. */
    private static Outcome judge(Block block, int i, PointLookup lookup) {
        int headBytes = lookup.headBytes();
        if (i == block.count || !hasHead(block, i, lookup.family().code(), lookup.key(), headBytes)) {
            return Outcome.DONE;
        }
        byte[] bytes = block.bytes;
        int at = block.start(i);
        int shared = number(bytes, at);
        at = skip(bytes, at);
        int own = number(bytes, at);
        at = skip(bytes, at);
        long head = longNumber(bytes, at);
        at = skip(bytes, at);
        int valueBytes = number(bytes, at);
        int keyAt = skip(bytes, at);
        int length = shared + own;
        if (length == lookup.key().length + 1 && head >>> EntryKind.BITS <= lookup.sequence()) {
            lookup.offerCopy(tail(block, i, shared, keyAt, headBytes + 1, length), head >>> EntryKind.BITS,
                    EntryKind.ofHead(head), bytes, keyAt + own, valueBytes);
            return Outcome.DONE;
        }
        return lookup.hasTail() ? Outcome.WALK : Outcome.DONE;
    }

    private static long tail(Block block, int i, int shared, int keyAt, int from, int length) {
        if (from >= length) {
            return 0;
        }
        int baseAt = from < shared ? keyAt(block, block.start(i & -Block.INTERVAL)) : 0;
        long tail = 0;
        for (int at = from; at < length; at++) {
            tail = tail << 8 | block.bytes[at < shared ? baseAt + at : keyAt + at - shared] & 0xFF;
        }
        return tail;
    }

    /** The first entry from {@code low} on that is at or after the target; the number of entries when there is none. */
    static int lowerBound(Block block, int low, int familyCode, byte[] key, long sequence) {
        int from = low;
        int to = block.count;
        while (from < to) {
            int middle = from + to >>> 1;
            if (order(block, middle, familyCode, key, sequence) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** Whether the key of entry {@code i} begins with the family and the first {@code headBytes} of {@code key}. */
    private static boolean hasHead(Block block, int i, int familyCode, byte[] key, int headBytes) {
        byte[] bytes = block.bytes;
        int at = block.start(i);
        int shared = number(bytes, at);
        at = skip(bytes, at);
        int own = number(bytes, at);
        int keyAt = skip(bytes, skip(bytes, skip(bytes, at)));
        int wanted = headBytes + 1;
        if (shared + own < wanted) {
            return false;
        }
        int inBase = Math.min(shared, wanted);
        int inOwn = wanted - inBase;
        return (inOwn == 0 || agreement(bytes, keyAt, inOwn, familyCode, key, inBase, headBytes) == inOwn)
                && (inBase == 0 || agreement(bytes, keyAt(block, block.start(i & -Block.INTERVAL)), inBase, familyCode,
                        key, 0, headBytes) == inBase);
    }

    /** Length of the user key of entry {@code i}. */
    private static int keyBytes(Block block, int i) {
        int at = block.start(i);
        return number(block.bytes, at) + number(block.bytes, skip(block.bytes, at)) - 1;
    }

    /** The order of entry {@code i} and the target. */
    private static int order(Block block, int i, int familyCode, byte[] key, long sequence) {
        byte[] bytes = block.bytes;
        int at = block.start(i);
        int shared = number(bytes, at);
        at = skip(bytes, at);
        int own = number(bytes, at);
        int headAt = skip(bytes, at);
        int keyAt = skip(bytes, skip(bytes, headAt));
        int wanted = key.length + 1;
        if (shared > 0) {
            int baseAt = keyAt(block, block.start(i & -Block.INTERVAL));
            int same = agreement(bytes, baseAt, shared, familyCode, key, 0, key.length);
            if (same < shared) {
                return same == wanted ? 1 : (bytes[baseAt + same] & 0xFF) - byteOf(familyCode, key, same);
            }
        }
        int same = agreement(bytes, keyAt, own, familyCode, key, shared, key.length);
        int at2 = shared + same;
        if (same < own) {
            return at2 == wanted ? 1 : (bytes[keyAt + same] & 0xFF) - byteOf(familyCode, key, at2);
        }
        if (at2 < wanted) {
            return -1;
        }
        return Long.compare(sequence, longNumber(bytes, headAt) >>> EntryKind.BITS);
    }

    private static int byteOf(int familyCode, byte[] key, int index) {
        return index == 0 ? familyCode : key[index - 1] & 0xFF;
    }

    /**
     * How many of {@code count} bytes from {@code at} on are those of the family and the first {@code keyBytes} of
     * {@code key} from their byte {@code index} on.
     */
    private static int agreement(byte[] bytes, int at, int count, int familyCode, byte[] key, int index, int keyBytes) {
        int same = 0;
        if (index == 0) {
            if (count == 0 || bytes[at] != (byte) familyCode) {
                return 0;
            }
            same = 1;
        }
        int inKey = index + same - 1;
        int most = Math.min(count - same, keyBytes - inKey);
        if (most <= 0) {
            return same;
        }
        int found = Arrays.mismatch(bytes, at + same, at + same + most, key, inKey, inKey + most);
        return same + (found < 0 ? most : found);
    }

    /** Where the key bytes of the entry that begins at {@code start} are. */
    static int keyAt(Block block, int start) {
        byte[] bytes = block.bytes;
        return skip(bytes, skip(bytes, skip(bytes, skip(bytes, start))));
    }

    /** Behind the number at {@code at}. */
    private static int skip(byte[] bytes, int at) {
        int behind = at;
        while (bytes[behind++] < 0) {
            continue;
        }
        return behind;
    }

    private static int number(byte[] bytes, int at) {
        int b = bytes[at];
        return b >= 0 ? b : (int) longNumber(bytes, at);
    }

    private static long longNumber(byte[] bytes, int at) {
        long value = 0;
        int from = at;
        for (int shift = 0;; shift += 7) {
            int b = bytes[from++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
