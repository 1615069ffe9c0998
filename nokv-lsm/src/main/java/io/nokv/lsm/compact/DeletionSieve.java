package io.nokv.lsm.compact;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Deletions of ranges of one family in a rewrite: what they make superfluous, and what of them stays.
 *
 * <p>Within a stripe between two snapshots the newest deletion of a key decides. It makes older entries of that stripe
 * superfluous, and older deletions. In the oldest stripe it goes itself once nothing below the output lies in its range. What stays is
 * handed out piece by piece, cut where the tables of the output are cut. Not thread-safe.
 */
final class DeletionSieve {
    /** Whether keys of a range may lie in tables below the output. */
    interface Below {
        boolean mayHold(Range range);
    }

    private final Family family;
    private final RangeDeletions deletions;
    private final long[] snapshots;
    /** Null when deletions must all stay. */
    private final Below below;
    /** Pieces before this key were handed out; null at the beginning. */
    private byte[] handedOut;

    long dropped;

    /**
     * @param snapshots held sequence numbers, ascending
     * @param from what lies before it is not handed out; null for the beginning
     */
    DeletionSieve(Family family, RangeDeletions deletions, long[] snapshots, Below below, byte[] from) {
        this.family = family;
        this.deletions = deletions;
        this.snapshots = snapshots;
        this.below = below;
        this.handedOut = from;
    }

    boolean isEmpty() {
        return deletions.isEmpty();
    }

    /** How many snapshots are too old to see {@code sequence}. */
    static int stripe(long[] snapshots, long sequence) {
        int at = Arrays.binarySearch(snapshots, sequence);
        return at >= 0 ? at : -at - 1;
    }

    /** The greatest number in the stripe of {@code sequence}. */
    private long endOfStripe(long sequence) {
        int stripe = stripe(snapshots, sequence);
        return stripe < snapshots.length ? snapshots[stripe] : Long.MAX_VALUE;
    }

    /** Whether an entry is deleted for all who see it or anything newer of its stripe. */
    boolean covers(byte[] array, int offset, int length, long sequence) {
        return !deletions.isEmpty()
                && deletions.newestOver(array, offset, length, endOfStripe(sequence)) > sequence;
    }

    /** Whether all that a table holds is covered: then it need not be read. */
    boolean covers(TableMeta table) {
        int code = family.code();
        if (deletions.isEmpty() || (table.smallest()[0] & 0xFF) != code || (table.largest()[0] & 0xFF) != code) {
            return false;
        }
        byte[] first = Arrays.copyOfRange(table.smallest(), 1, table.smallest().length);
        byte[] last = Arrays.copyOfRange(table.largest(), 1, table.largest().length);
        return deletions.newestOverAll(first, last, endOfStripe(table.minSequence())) > table.maxSequence();
    }

    /** What stays between the piece handed out before and {@code to} (exclusive; null for no bound). */
    RangeDeletions before(byte[] to) {
        if (deletions.isEmpty() || handedOut != null && to != null && Bytes.ORDER.compare(handedOut, to) >= 0) {
            return RangeDeletions.NONE;
        }
        RangeDeletions piece = deletions.within(handedOut, to);
        handedOut = to;
        List<RangeDeletions.Fragment> kept = new ArrayList<>();
        for (RangeDeletions.Fragment f : piece.fragments()) {
            long[] sequences = keep(f);
            if (sequences.length > 0) {
                kept.add(new RangeDeletions.Fragment(f.from(), f.to(), sequences));
            }
        }
        return RangeDeletions.of(kept);
    }

    private long[] keep(RangeDeletions.Fragment f) {
        long[] all = f.sequences();
        long[] kept = new long[all.length];
        int count = 0;
        int last = -1;
        for (long sequence : all) {
            int stripe = stripe(snapshots, sequence);
            boolean superfluous = stripe == last
                    || stripe == 0 && below != null && !below.mayHold(new Range(f.from(), f.to()));
            last = stripe;
            if (superfluous) {
                dropped++;
            } else {
                kept[count++] = sequence;
            }
        }
        return Arrays.copyOf(kept, count);
    }
}
