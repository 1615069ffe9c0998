package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.point.PointLookup;
import java.util.Arrays;

/**
 * Looks one key up in a block without putting keys together. On the way through the entries of a restart interval it
 * knows how many bytes the entry before shares with the key wanted; an entry that shares more with its predecessor than
 * that is before the wanted key too, one that shares less is behind it, and only one that shares exactly as much has to be
 * looked at.
 */
final class BlockSearch {
    /** How a search ended. */
    enum Outcome {
        /** The look-up was offered what the block has. */
        DONE,
        /** The first entry from the wanted key on will not do, but one behind it may: walk on with a cursor. */
        WALK,
    }

    private final Block block;
    private final byte[] bytes;
    private final PointLookup lookup;
    private final byte[] key;
    private final int familyCode;

    /** The entry decoded last; lengths as stored, the family byte included. */
    private int shared;
    private int own;
    private long head;
    private int valueBytes;
    private int keyAt;

    private BlockSearch(Block block, PointLookup lookup) {
        this.block = block;
        this.bytes = block.bytes;
        this.lookup = lookup;
        this.key = lookup.key();
        this.familyCode = lookup.family().code();
    }

    static Outcome find(Block block, PointLookup lookup) {
        return new BlockSearch(block, lookup).run();
    }

    private Outcome run() {
        int at = block.restart(lastRestartBefore());
        int wanted = key.length + 1;
        int matched = 0;
        boolean first = true;
        while (at < block.entriesEnd) {
            at = decode(at);
            if (first && shared != 0) {
                throw block.damaged("an entry with a prefix at a restart");
            }
            first = false;
            if (shared > matched) {
                continue;
            }
            int length = shared + own;
            // An entry at a restart shares nothing whatever its key is.
            boolean behind = shared != 0 && shared < matched;
            int same = behind ? shared : shared + mismatch(shared);
            boolean before;
            if (same == wanted && length == wanted) {
                before = head >>> EntryKind.BITS > lookup.sequence();
            } else {
                before = !behind && same < wanted
                        && (same == length || (byteOf(same) & 0xFF) < wantedByte(same));
            }
            if (!before) {
                return judge(same, length);
            }
            matched = same;
        }
        return Outcome.DONE;
    }

    /** The first entry from the wanted key on: its key shares {@code same} bytes with the wanted one. */
    private Outcome judge(int same, int length) {
        boolean hasHead = same > lookup.headBytes();
        if (hasHead && length == key.length + 1 && head >>> EntryKind.BITS <= lookup.sequence()) {
            EntryKind kind = EntryKind.ofHead(head);
            if (kind == null) {
                throw block.damaged("an entry of no known kind");
            }
            lookup.offer(tail(length), head >>> EntryKind.BITS, kind, bytes, keyAt + own, valueBytes);
            return Outcome.DONE;
        }
        return hasHead && lookup.hasTail() ? Outcome.WALK : Outcome.DONE;
    }

    /** The tail of the entry's key, which begins as the wanted key does. */
    private long tail(int length) {
        long tail = 0;
        for (int i = lookup.headBytes() + 1; i < length; i++) {
            tail = tail << 8 | (i < shared ? wantedByte(i) : byteOf(i) & 0xFF);
        }
        return tail;
    }

    /** How many bytes of the entry's own part, which begins at {@code from}, are those of the wanted key. */
    private int mismatch(int from) {
        int same = 0;
        if (from == 0) {
            if (own == 0 || bytes[keyAt] != (byte) familyCode) {
                return 0;
            }
            same = 1;
        }
        int inKey = from + same - 1;
        int found = Arrays.mismatch(bytes, keyAt + same, keyAt + own, key, inKey, key.length);
        return found < 0 ? own : same + found;
    }

    private byte byteOf(int index) {
        return bytes[keyAt + index - shared];
    }

    private int wantedByte(int index) {
        return index == 0 ? familyCode : key[index - 1] & 0xFF;
    }

    /** The last restart whose entry is before the wanted key, or the first one. */
    private int lastRestartBefore() {
        int low = 0;
        int high = block.restarts - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            decode(block.restart(middle));
            int order = own < 1 ? -1 : TableKey.compare(bytes, keyAt, own, familyCode, key);
            if (order < 0 || order == 0 && head >>> EntryKind.BITS > lookup.sequence()) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Decodes the entry at {@code entry}; returns where the next one begins. */
    private int decode(int entry) {
        int at = entry;
        // One byte each is the common case; the general one is out of line.
        shared = bytes[at];
        at = shared >= 0 ? at + 1 : longLength(at, 0);
        own = byteAt(at);
        at = own >= 0 ? at + 1 : longLength(at, 1);
        at = readHead(at);
        valueBytes = byteAt(at);
        at = valueBytes >= 0 ? at + 1 : longLength(at, 2);
        keyAt = at;
        long end = (long) at + own + valueBytes;
        if (end > block.entriesEnd || own + shared < 1) {
            throw block.damaged("an entry that does not fit into its block");
        }
        return (int) end;
    }

    private int byteAt(int at) {
        if (at >= block.entriesEnd) {
            throw block.damaged("an entry that runs over the end of its block");
        }
        return bytes[at];
    }

    /** A length of more than seven bits into the given field; returns where the next field begins. */
    private int longLength(int from, int field) {
        int at = from;
        long value = 0;
        int shift = 0;
        int b;
        do {
            b = byteAt(at++);
            value |= (long) (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0 && shift < 35);
        if (b < 0 || value > Integer.MAX_VALUE) {
            throw block.damaged("a length above 31 bits");
        }
        switch (field) {
            case 0 -> shared = (int) value;
            case 1 -> own = (int) value;
            default -> valueBytes = (int) value;
        }
        return at;
    }

    private int readHead(int from) {
        int at = from;
        long value = 0;
        int shift = 0;
        int b;
        do {
            b = byteAt(at++);
            value |= (long) (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0 && shift < 64);
        if (b < 0) {
            throw block.damaged("a sequence number above 63 bits");
        }
        head = value;
        return at;
    }
}
