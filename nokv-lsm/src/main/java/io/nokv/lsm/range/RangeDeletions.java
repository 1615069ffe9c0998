package io.nokv.lsm.range;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.Invariant;
import io.nokv.lsm.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Deletions of ranges of one family, cut into fragments that do not overlap: the fragments are in order, and each has the
 * sequence numbers of all deletions that cover it, the newest first. A deletion with number s covers the entries of its keys
 * whose numbers are below s. Immutable; thread-safe.
 */
public final class RangeDeletions {
    /** No deletions at all. */
    public static final RangeDeletions NONE = new RangeDeletions(new Fragment[0]);
    private static final int FRAGMENT_BYTES = 64;

    /**
     * Keys {@code from} (inclusive) to {@code to} (exclusive, null for no bound), and what covers them.
     *
     * @param sequences at least one, descending, each once; not to be changed
     */
    public record Fragment(byte[] from, byte[] to, long[] sequences) {
        /** The newest that is at most {@code sequence}, or 0. */
        long newestUpTo(long sequence) {
            if (sequences[0] <= sequence) {
                return sequences[0];
            }
            int low = 1;
            int high = sequences.length;
            while (low < high) {
                int middle = low + high >>> 1;
                if (sequences[middle] <= sequence) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low == sequences.length ? 0 : sequences[low];
        }

        private Fragment within(byte[] newFrom, byte[] newTo) {
            return new Fragment(newFrom, newTo, sequences);
        }

        private Fragment with(long sequence) {
            if (Arrays.stream(sequences).anyMatch(s -> s == sequence)) {
                return this;
            }
            long[] more = Arrays.copyOf(sequences, sequences.length + 1);
            int at = sequences.length;
            for (; at > 0 && more[at - 1] < sequence; at--) {
                more[at] = more[at - 1];
            }
            more[at] = sequence;
            return new Fragment(from, to, more);
        }

        /** Heap bytes, roughly. */
        private long bytes() {
            return from.length + (to == null ? 0 : to.length) + 8L * sequences.length + FRAGMENT_BYTES;
        }
    }

    private final Fragment[] fragments;

    private RangeDeletions(Fragment[] fragments) {
        this.fragments = fragments;
    }

    /** @param fragments in order, not overlapping */
    public static RangeDeletions of(List<Fragment> fragments) {
        for (int i = 1; i < fragments.size(); i++) {
            byte[] end = fragments.get(i - 1).to;
            Invariant.check(end != null && Bytes.ORDER.compare(end, fragments.get(i).from) <= 0,
                    "fragments are in order");
        }
        return fragments.isEmpty() ? NONE : new RangeDeletions(fragments.toArray(Fragment[]::new));
    }

    /** All deletions of {@code parts}, cut at all their bounds. */
    public static RangeDeletions union(List<RangeDeletions> parts) {
        List<RangeDeletions> some = parts.stream().filter(part -> !part.isEmpty()).toList();
        if (some.size() < 2) {
            return some.isEmpty() ? NONE : some.getFirst();
        }
        TreeSet<byte[]> cuts = new TreeSet<>(Bytes.ORDER);
        boolean open = false;
        for (RangeDeletions part : some) {
            for (Fragment f : part.fragments) {
                cuts.add(f.from);
                if (f.to == null) {
                    open = true;
                } else {
                    cuts.add(f.to);
                }
            }
        }
        List<Fragment> merged = new ArrayList<>();
        byte[][] bounds = cuts.toArray(byte[][]::new);
        int[] at = new int[some.size()];
        for (int i = 0; i < bounds.length; i++) {
            byte[] to = i + 1 < bounds.length ? bounds[i + 1] : null;
            if (to == null && !open) {
                break;
            }
            TreeSet<Long> covering = new TreeSet<>();
            for (int p = 0; p < at.length; p++) {
                Fragment[] of = some.get(p).fragments;
                while (at[p] < of.length && of[at[p]].to != null && Bytes.ORDER.compare(of[at[p]].to, bounds[i]) <= 0) {
                    at[p]++;
                }
                if (at[p] < of.length && Bytes.ORDER.compare(of[at[p]].from, bounds[i]) <= 0) {
                    Arrays.stream(of[at[p]].sequences).forEach(covering::add);
                }
            }
            if (!covering.isEmpty()) {
                long[] sequences = covering.descendingSet().stream().mapToLong(Long::longValue).toArray();
                merged.add(new Fragment(bounds[i], to, sequences));
            }
        }
        return of(merged);
    }

    /** These deletions and one more. The cost grows with the number of fragments. */
    public RangeDeletions with(Range range, long sequence) {
        if (range.isEmpty()) {
            return this;
        }
        byte[] from = range.from() == null ? Bytes.EMPTY : range.from();
        byte[] to = range.to();
        int first = firstEndingAfter(from);
        List<Fragment> next = new ArrayList<>(fragments.length + 3);
        next.addAll(Arrays.asList(fragments).subList(0, first));
        byte[] uncovered = from;
        int i = first;
        for (; i < fragments.length && (to == null || Bytes.ORDER.compare(fragments[i].from, to) < 0); i++) {
            Fragment old = fragments[i];
            byte[] begin = old.from;
            if (Bytes.ORDER.compare(begin, from) < 0) {
                next.add(old.within(begin, from));
                begin = from;
            } else if (Bytes.ORDER.compare(uncovered, begin) < 0) {
                next.add(new Fragment(uncovered, begin, new long[]{sequence}));
            }
            byte[] end = earlier(old.to, to);
            next.add(old.within(begin, end).with(sequence));
            uncovered = end;
            if (end != old.to && compareEnds(end, old.to) < 0) {
                next.add(old.within(end, old.to));
            }
        }
        if (uncovered != null && (to == null || Bytes.ORDER.compare(uncovered, to) < 0)) {
            next.add(new Fragment(uncovered, to, new long[]{sequence}));
        }
        next.addAll(Arrays.asList(fragments).subList(i, fragments.length));
        return new RangeDeletions(next.toArray(Fragment[]::new));
    }

    private static byte[] earlier(byte[] a, byte[] b) {
        return compareEnds(a, b) <= 0 ? a : b;
    }

    /** Orders exclusive ends; null is behind all others. */
    static int compareEnds(byte[] a, byte[] b) {
        if (a == null || b == null) {
            return a == b ? 0 : a == null ? 1 : -1;
        }
        return Bytes.ORDER.compare(a, b);
    }

    public boolean isEmpty() {
        return fragments.length == 0;
    }

    public int size() {
        return fragments.length;
    }

    public Fragment fragment(int index) {
        return fragments[index];
    }

    public List<Fragment> fragments() {
        return List.of(fragments);
    }

    /** Index of the first fragment that ends after {@code key}; {@link #size()} when there is none. */
    int firstEndingAfter(byte[] key) {
        return firstEndingAfter(key, 0, key.length);
    }

    int firstEndingAfter(byte[] array, int offset, int length) {
        int low = 0;
        int high = fragments.length;
        while (low < high) {
            int middle = low + high >>> 1;
            byte[] to = fragments[middle].to;
            if (to == null || Arrays.compareUnsigned(to, 0, to.length, array, offset, offset + length) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The newest deletion of the key with a number of at most {@code sequence}, or 0. */
    public long newestOver(byte[] array, int offset, int length, long sequence) {
        int i = firstEndingAfter(array, offset, length);
        if (i == fragments.length) {
            return 0;
        }
        byte[] from = fragments[i].from;
        boolean covers = Arrays.compareUnsigned(from, 0, from.length, array, offset, offset + length) <= 0;
        return covers ? fragments[i].newestUpTo(sequence) : 0;
    }

    /** The part of these deletions that lies between {@code from} (inclusive) and {@code to} (exclusive); null for no bound. */
    public RangeDeletions within(byte[] from, byte[] to) {
        if (isEmpty() || from == null && to == null) {
            return this;
        }
        List<Fragment> cut = new ArrayList<>();
        for (int i = from == null ? 0 : firstEndingAfter(from); i < fragments.length; i++) {
            Fragment f = fragments[i];
            byte[] begin = from != null && Bytes.ORDER.compare(f.from, from) < 0 ? from : f.from;
            byte[] end = earlier(f.to, to);
            if (end != null && Bytes.ORDER.compare(begin, end) >= 0) {
                break;
            }
            cut.add(f.within(begin, end));
        }
        return of(cut);
    }

    /**
     * The number that covers all keys between {@code first} and {@code last}, both inclusive: of every fragment in between the
     * newest of at most {@code sequence}, and of those the smallest; 0 when a key may be left uncovered.
     */
    public long newestOverAll(byte[] first, byte[] last, long sequence) {
        long smallest = Long.MAX_VALUE;
        byte[] covered = first;
        for (int i = firstEndingAfter(first); i < fragments.length; i++) {
            Fragment f = fragments[i];
            if (Bytes.ORDER.compare(f.from, covered) > 0) {
                return 0;
            }
            smallest = Math.min(smallest, f.newestUpTo(sequence));
            if (smallest == 0 || f.to == null || Bytes.ORDER.compare(last, f.to) < 0) {
                return smallest;
            }
            covered = f.to;
        }
        return 0;
    }

    /** The smallest of all sequence numbers. Requires that there are deletions. */
    public long minSequence() {
        return Arrays.stream(fragments).mapToLong(f -> f.sequences[f.sequences.length - 1]).min().orElseThrow();
    }

    /** The greatest of all sequence numbers. Requires that there are deletions. */
    public long maxSequence() {
        return Arrays.stream(fragments).mapToLong(f -> f.sequences[0]).max().orElseThrow();
    }

    /** How many sequence numbers the fragments have in all. */
    public long count() {
        return Arrays.stream(fragments).mapToLong(f -> f.sequences.length).sum();
    }

    /** Heap bytes, roughly. */
    public long bytes() {
        return Arrays.stream(fragments).mapToLong(Fragment::bytes).sum();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (Fragment f : fragments) {
            out.append('[').append(Bytes.show(f.from)).append(", ").append(f.to == null ? "" : Bytes.show(f.to))
                    .append(") ").append(Arrays.toString(f.sequences)).append(' ');
        }
        return out.toString().trim();
    }
}
