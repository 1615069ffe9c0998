package io.nokv.lsm.range;

import io.nokv.base.codec.Bytes;
import java.util.Arrays;
import java.util.List;

/**
 * What the deletions of several sources cover at one sequence number. Remembers the interval around the key last asked
 * for in which the answer stays the same: asking for keys in order costs a comparison each. Not thread-safe.
 */
public final class Cover {
    private final RangeDeletions[] parts;
    private final long sequence;

    /** The interval known: {@code from} inclusive, {@code to} exclusive, null for no bound; and its answer. */
    private boolean known;
    private byte[] from;
    private byte[] to;
    private long newest;

    private Cover(List<RangeDeletions> parts, long sequence) {
        this.parts = parts.toArray(RangeDeletions[]::new);
        this.sequence = sequence;
    }

    /** Null when there is nothing that covers anything. */
    public static Cover of(List<RangeDeletions> parts, long sequence) {
        List<RangeDeletions> some = parts.stream().filter(part -> !part.isEmpty()).toList();
        return some.isEmpty() ? null : new Cover(some, sequence);
    }

    /** The same, for another flow of keys. */
    public Cover copy() {
        return new Cover(List.of(parts), sequence);
    }

    /** The newest visible deletion of the key, or 0. */
    public long over(byte[] array, int offset, int length) {
        int end = offset + length;
        boolean inside = known
                && (from == null || Arrays.compareUnsigned(from, 0, from.length, array, offset, end) <= 0)
                && (to == null || Arrays.compareUnsigned(to, 0, to.length, array, offset, end) > 0);
        if (!inside) {
            look(array, offset, length);
        }
        return newest;
    }

    private void look(byte[] array, int offset, int length) {
        from = null;
        to = null;
        newest = 0;
        known = true;
        for (RangeDeletions part : parts) {
            int i = part.firstEndingAfter(array, offset, length);
            if (i > 0) {
                from = later(from, part.fragment(i - 1).to());
            }
            if (i < part.size()) {
                RangeDeletions.Fragment f = part.fragment(i);
                if (Arrays.compareUnsigned(f.from(), 0, f.from().length, array, offset, offset + length) <= 0) {
                    newest = Math.max(newest, f.newestUpTo(sequence));
                    from = later(from, f.from());
                    to = RangeDeletions.compareEnds(to, f.to()) <= 0 ? to : f.to();
                } else {
                    to = RangeDeletions.compareEnds(to, f.from()) <= 0 ? to : f.from();
                }
            }
        }
    }

    private static byte[] later(byte[] a, byte[] b) {
        return a == null || Bytes.ORDER.compare(a, b) < 0 ? b : a;
    }

    /** Where the interval of the last answer begins; null for no bound. Not to be changed. */
    byte[] from() {
        return from;
    }

    /** Where the interval of the last answer ends, exclusive; null for no bound. Not to be changed. */
    byte[] to() {
        return to;
    }

    /**
     * Whether everything between two keys, both inclusive, whose sequence numbers are at most {@code newestEntry} is deleted.
     */
    public boolean hidesAll(byte[] first, byte[] last, long newestEntry) {
        for (RangeDeletions part : parts) {
            if (part.newestOverAll(first, last, sequence) > newestEntry) {
                return true;
            }
        }
        return false;
    }
}
