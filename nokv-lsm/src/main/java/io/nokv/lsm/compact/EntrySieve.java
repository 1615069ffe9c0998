package io.nokv.lsm.compact;

import io.nokv.lsm.CompactionFilter;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.vlog.ValueSource;
import java.util.Arrays;

/**
 * Decides, entry by entry in order, what of one family a rewrite keeps.
 *
 * <p>The open snapshots cut the sequence numbers into stripes; of each key, one stripe needs its newest entry and no
 * other, and none that a deletion of a range in the same stripe covers. A tombstone in the oldest stripe hides nothing once no older entry of the key can lie below the output: then it
 * goes too. An entry that the filter drops becomes a tombstone, so that nothing older comes back. Not thread-safe.
 */
final class EntrySieve {
    /** Whether older entries of a key may lie in tables that are not rewritten. */
    interface Below {
        boolean mayHold(byte[] array, int offset, int length);
    }

    /** What became of the entry last looked at. */
    enum Fate {
        KEEP, KEEP_AS_TOMBSTONE, DROP
    }

    private static final int NO_STRIPE = -1;

    private final long[] snapshots;
    private final CompactionFilter.Pass filter;
    private final Below below;
    private final ValueSource values;
    private final DeletionSieve ranges;

    private byte[] key = new byte[64];
    private int keyLength = -1;
    private int lastStripe = NO_STRIPE;
    private boolean newKey;

    long shadowed;
    long tombstonesDropped;
    long filtered;

    /**
     * @param snapshots held sequence numbers, ascending
     * @param filter null for none
     * @param below null when tombstones must all stay
     * @param values where entries point to; not used without a filter
     * @param ranges the deletions of ranges in what is rewritten
     */
    EntrySieve(long[] snapshots, CompactionFilter.Pass filter, Below below, ValueSource values,
            DeletionSieve ranges) {
        this.ranges = ranges;
        this.snapshots = snapshots;
        this.filter = filter;
        this.below = below;
        this.values = values;
    }

    /** Whether the entry last looked at was the first of its key. */
    boolean isNewKey() {
        return newKey;
    }

    Fate look(EntryCursor entry) {
        byte[] array = entry.keyArray();
        int offset = entry.keyOffset();
        int length = entry.keyLength();
        newKey = length != keyLength || !Arrays.equals(key, 0, length, array, offset, offset + length);
        if (newKey) {
            remember(array, offset, length);
            lastStripe = NO_STRIPE;
        }
        int stripe = stripe(entry.sequence());
        if (stripe == lastStripe || ranges.covers(array, offset, length, entry.sequence())) {
            lastStripe = stripe;
            shadowed++;
            return Fate.DROP;
        }
        lastStripe = stripe;
        boolean tombstone = entry.isTombstone();
        boolean dropped = !tombstone && newKey && stripe == snapshots.length && filter != null
                && !filter.keep(Arrays.copyOfRange(array, offset, offset + length), value(entry));
        if (dropped) {
            filtered++;
        }
        if ((tombstone || dropped) && stripe == 0 && below != null && !below.mayHold(array, offset, length)) {
            tombstonesDropped += tombstone ? 1 : 0;
            return Fate.DROP;
        }
        return dropped ? Fate.KEEP_AS_TOMBSTONE : Fate.KEEP;
    }

    private byte[] value(EntryCursor entry) {
        int at = entry.valueOffset();
        return entry.kind() == EntryKind.POINTER
                ? values.read(entry.valueArray(), at, entry.valueLength())
                : Arrays.copyOfRange(entry.valueArray(), at, at + entry.valueLength());
    }

    private void remember(byte[] array, int offset, int length) {
        if (key.length < length) {
            key = new byte[Math.max(length, key.length * 2)];
        }
        System.arraycopy(array, offset, key, 0, length);
        keyLength = length;
    }

    /** How many snapshots are too old to see {@code sequence}. */
    private int stripe(long sequence) {
        return DeletionSieve.stripe(snapshots, sequence);
    }
}
