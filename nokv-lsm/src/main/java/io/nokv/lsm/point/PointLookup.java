package io.nokv.lsm.point;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.range.RangeDeletions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A point read on its way through the sources of a store, newest source first: the first entry, visible at one sequence
 * number, of the keys with the head of {@link #key()} and a tail at or after the one in it. For a key without a tail that
 * is the key itself. A source calls {@link #offer} with the first such entry it has, or with none. Not thread-safe.
 */
public final class PointLookup {
    private static final byte[] NOTHING = {};
    private static final int MOST_KEPT_BYTES = 64 << 10;

    private Family family;
    private int familyTail;
    private int tailBytes;
    private long sequence;
    private long hash;
    private byte[] key;
    private int headBytes;
    private long fromTail;

    /** Deletions of ranges in the sources asked so far: the newest over the key when it has no tail, else all of them. */
    private long covered;
    private List<RangeDeletions> covers;
    private long assigned;

    private int offers;
    private int outOfBounds;
    private int outOfTails;
    private int filterRejections;
    private int filterPasses;
    private int emptyPasses;
    private boolean found;
    private long tail;
    private EntryKind kind;
    /** Of the last offer: whether it was taken as it was, and its sequence number. */
    private boolean tookLast;
    private long takenSequence;
    private byte[] array;
    private int offset;
    private int length;
    /** Whether {@link #array} is the value and nothing else, and nobody else has it. */
    private boolean exclusive;
    /** For copies that may be replaced by others. */
    private byte[] scratch = NOTHING;

    /** Asks for nothing yet. */
    PointLookup() {}

    private PointLookup ask(Family family, KeyTails tails, byte[] key, int tailBytes, long sequence) {
        this.family = family;
        this.familyTail = tails.of(family);
        this.key = key;
        this.tailBytes = tailBytes;
        this.sequence = sequence;
        this.headBytes = key.length - tailBytes;
        this.fromTail = KeyTails.read(key, headBytes, tailBytes);
        this.hash = KeyHash.of(family, key, 0, tails.headBytes(family, key.length));
        covered = 0;
        assigned = 0;
        offers = 0;
        outOfBounds = 0;
        outOfTails = 0;
        filterRejections = 0;
        filterPasses = 0;
        emptyPasses = 0;
        found = false;
        tookLast = false;
        tail = 0;
        return this;
    }

    /** Asks for {@code key} and no other; what was found before is forgotten. */
    public PointLookup askExact(Family family, KeyTails tails, byte[] key, long sequence) {
        return ask(family, tails, key, 0, sequence);
    }

    /** As {@link #askExact}, for the first key with the head of {@code key} and at least its tail. */
    public PointLookup askFrom(Family family, KeyTails tails, byte[] key, long sequence) {
        return ask(family, tails, key, key.length - tails.headBytes(family, key.length), sequence);
    }

    /** Keeps nothing of the store alive. */
    void forget() {
        key = null;
        covers = null;
        array = null;
        if (scratch.length > MOST_KEPT_BYTES) {
            scratch = NOTHING;
        }
    }

    /** Asks for {@code key} and no other. */
    public static PointLookup exact(Family family, KeyTails tails, byte[] key, long sequence) {
        return new PointLookup().askExact(family, tails, key, sequence);
    }

    /** Asks for the first key with the head of {@code key} and at least its tail. */
    public static PointLookup from(Family family, KeyTails tails, byte[] key, long sequence) {
        return new PointLookup().askFrom(family, tails, key, sequence);
    }

    public Family family() {
        return family;
    }

    /** The smallest key that will do; not to be changed. */
    public byte[] key() {
        return key;
    }

    /** So many bytes at the beginning of a key must be those of {@link #key()}; its length must be the same too. */
    public int headBytes() {
        return headBytes;
    }

    /** Whether more than one key will do. */
    public boolean hasTail() {
        return tailBytes > 0;
    }

    /** Of {@link #key()}; 0 when no other key will do. */
    public int tailBytes() {
        return tailBytes;
    }

    /** Whether a key with the wanted head and this tail is not before {@link #key()}. */
    public boolean isFrom(long candidateTail) {
        return Long.compareUnsigned(candidateTail, fromTail) >= 0;
    }

    /** Entries above are not visible. */
    public long sequence() {
        return sequence;
    }

    /** The {@link KeyHash} of the key's head as its family defines it. */
    public long hash() {
        return hash;
    }

    /** How long tails of this family are: {@link #hash} means something only where the same length was used. */
    public int familyTail() {
        return familyTail;
    }

    /** Whether keys of a source whose tails all lie between the bounds (unsigned, inclusive) can still change the answer. */
    public boolean mayBeAmong(long smallestTail, long largestTail) {
        return tailBytes == 0 || Long.compareUnsigned(largestTail, fromTail) >= 0
                && (!found || Long.compareUnsigned(smallestTail, tail) < 0);
    }

    /** Whether no older source can change the answer any more. */
    public boolean isSettled() {
        return found && tail == fromTail || covered > 0;
    }

    /** Whether {@code array[at, at + count)} is a key that will do, apart from its order. */
    public boolean matches(byte[] candidate, int at, int count) {
        return count == key.length && hasHead(candidate, at, count);
    }

    private boolean hasHead(byte[] candidate, int at, int count) {
        return count >= headBytes && Arrays.equals(candidate, at, at + headBytes, key, 0, headBytes);
    }

    /** Whether a key behind {@code array[at, at + count)}, which is not before {@link #key()}, can do. */
    public boolean mayMatchAfter(byte[] candidate, int at, int count) {
        return tailBytes > 0 && hasHead(candidate, at, count);
    }

    /** Whether a source none of whose keys is before {@code smallest[at, at + count)} can have one that will do. */
    public boolean mayBeFrom(byte[] smallest, int at, int count) {
        int same = Math.min(count, headBytes);
        int order = Arrays.compareUnsigned(smallest, at, at + same, key, 0, same);
        return order < 0 || order == 0 && (tailBytes > 0 || count <= key.length);
    }

    /** The tail of a key that {@linkplain #matches matches}. */
    public long tailOf(byte[] candidate, int at) {
        return KeyTails.read(candidate, at + headBytes, tailBytes);
    }

    /**
     * The first entry of a source that will do; kept unless a newer source has one at or before it. The value of a
     * tombstone is not looked at.
     *
     * @param entrySequence of the entry; 0 in a table whose entries carry an {@linkplain #assign assigned} one
     */
    public void offer(long candidateTail, long entrySequence, EntryKind candidateKind, byte[] values, int valueOffset,
            int valueLength) {
        if (takes(candidateTail, entrySequence, candidateKind)) {
            array = values;
            offset = valueOffset;
            length = valueLength;
            exclusive = false;
        }
    }

    /** As {@link #offer}, for a value whose array will not stay as it is: what is kept is a copy. */
    public void offerCopy(long candidateTail, long entrySequence, EntryKind candidateKind, byte[] values,
            int valueOffset, int valueLength) {
        if (!takes(candidateTail, entrySequence, candidateKind)) {
            return;
        }
        offset = 0;
        length = kind == EntryKind.DELETE ? 0 : valueLength;
        exclusive = tailBytes == 0 && kind == EntryKind.PUT;
        if (exclusive) {
            array = Arrays.copyOfRange(values, valueOffset, valueOffset + length);
        } else {
            if (scratch.length < length) {
                scratch = new byte[Math.max(length, 2 * scratch.length)];
            }
            System.arraycopy(values, valueOffset, scratch, 0, length);
            array = scratch;
        }
    }

    private boolean takes(long candidateTail, long entrySequence, EntryKind candidateKind) {
        offers++;
        tookLast = false;
        if (found && Long.compareUnsigned(candidateTail, tail) >= 0) {
            return false;
        }
        found = true;
        tail = candidateTail;
        takenSequence = entrySequence;
        kind = isCovered(candidateTail, entrySequence == 0 ? assigned : entrySequence)
                ? EntryKind.DELETE
                : candidateKind;
        tookLast = kind == candidateKind;
        return true;
    }

    /** Deletions of ranges that the next source has; to be told before its entries are. */
    public void cover(RangeDeletions deletions) {
        if (tailBytes == 0) {
            covered = Math.max(covered, deletions.newestOver(key, 0, key.length, sequence));
        } else if (!deletions.isEmpty()) {
            if (covers == null) {
                covers = new ArrayList<>();
            }
            covers.add(deletions);
        }
    }

    /** Entries that are offered with the sequence number 0 from now on have this one. */
    public void assign(long entrySequence) {
        assigned = entrySequence;
    }

    private boolean isCovered(long candidateTail, long entrySequence) {
        if (covers == null) {
            return covered > entrySequence;
        }
        byte[] candidate = withTail(candidateTail);
        for (RangeDeletions deletions : covers) {
            if (deletions.newestOver(candidate, 0, candidate.length, sequence) > entrySequence) {
                return true;
            }
        }
        return false;
    }

    private byte[] withTail(long candidateTail) {
        byte[] changed = key.clone();
        for (int i = 0; i < tailBytes; i++) {
            changed[changed.length - 1 - i] = (byte) (candidateTail >>> 8 * i);
        }
        return changed;
    }

    /** Whether the last offer was taken as it was: it is what was found, and no deletion of a range covers it. */
    public boolean tookLast() {
        return tookLast;
    }

    /** The sequence number with which the entry found was offered; 0 if its table {@linkplain #assign assigns} one. */
    public long takenSequence() {
        return takenSequence;
    }

    /** How many entries were offered so far. */
    public int offers() {
        return offers;
    }

    /** A level, or a table of level 0, was passed over by its bounds or because all in it is newer. */
    public void countOutOfBounds() {
        outOfBounds++;
    }

    /** A table was passed over because of the tails in it. */
    public void countOutOfTails() {
        outOfTails++;
    }

    /** A filter was asked. */
    public void countFilter(boolean passed) {
        filterPasses += passed ? 1 : 0;
        filterRejections += passed ? 0 : 1;
    }

    /** What a filter had let through offered nothing. */
    public void countEmptyPass() {
        emptyPasses++;
    }

    public int outOfBounds() {
        return outOfBounds;
    }

    public int outOfTails() {
        return outOfTails;
    }

    public int filterRejections() {
        return filterRejections;
    }

    public int filterPasses() {
        return filterPasses;
    }

    public int emptyPasses() {
        return emptyPasses;
    }

    public boolean isFound() {
        return found;
    }

    /** Whether what was found deletes its key: then {@link #goOn} asks for the next. Requires {@link #isFound()}. */
    public boolean isTombstone() {
        return kind == EntryKind.DELETE;
    }

    /** What was found. Requires {@link #isFound()}. */
    public EntryKind kind() {
        return kind;
    }

    /** Forgets what was found and asks for what comes after it; false when nothing can. Requires {@link #isFound()}. */
    public boolean goOn() {
        long next = tail + 1;
        found = false;
        covers = null;
        if (tailBytes == 0 || next == (tailBytes == KeyTails.MAX_BYTES ? 0 : 1L << 8 * tailBytes)) {
            return false;
        }
        key = withTail(next);
        fromTail = next;
        return true;
    }

    /** The tail of the key found, as a big-endian number; 0 when there is none. */
    public long tail() {
        return tail;
    }

    public byte[] valueArray() {
        return array;
    }

    public int valueOffset() {
        return offset;
    }

    public int valueLength() {
        return length;
    }

    /** The value found, for the caller to keep; to be asked for once. */
    public byte[] copyOfValue() {
        return exclusive ? array : Arrays.copyOfRange(array, offset, offset + length);
    }
}
