package io.nokv.lsm.cursor;

import io.nokv.lsm.EntryKind;
import java.util.Arrays;
import java.util.List;

/** The entries of several cursors as one order, by a binary heap of the cursors that are not exhausted. */
public final class MergingCursor implements EntryCursor {
    private final EntryCursor[] sources;
    private final EntryCursor[] heap;
    private int heapSize;
    private boolean reverse;
    /** The top of the heap, or null when there is none. */
    private EntryCursor top;

    private MergingCursor(List<EntryCursor> sources) {
        this.sources = sources.toArray(EntryCursor[]::new);
        this.heap = new EntryCursor[this.sources.length];
    }

    /** One cursor over all {@code sources}; they must not share an entry. */
    public static EntryCursor over(List<EntryCursor> sources) {
        return sources.size() == 1 ? sources.getFirst() : new MergingCursor(sources);
    }

    private boolean before(EntryCursor a, EntryCursor b) {
        int order = compare(a, b);
        return reverse ? order > 0 : order < 0;
    }

    private static int compare(EntryCursor a, EntryCursor b) {
        int aFrom = a.keyOffset();
        int bFrom = b.keyOffset();
        int order = Arrays.compareUnsigned(a.keyArray(), aFrom, aFrom + a.keyLength(), b.keyArray(), bFrom,
                bFrom + b.keyLength());
        return order != 0 ? order : Long.compare(b.sequence(), a.sequence());
    }

    private void rebuild(boolean inReverse) {
        reverse = inReverse;
        heapSize = 0;
        for (EntryCursor source : sources) {
            if (source.isValid()) {
                heap[heapSize++] = source;
            }
        }
        for (int i = (heapSize >>> 1) - 1; i >= 0; i--) {
            siftDown(i);
        }
        top = heapSize == 0 ? null : heap[0];
    }

    private void siftDown(int from) {
        EntryCursor moving = heap[from];
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= heapSize) {
                break;
            }
            if (child + 1 < heapSize && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], moving)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }

    /** The top moved: restores the heap. */
    private void settle() {
        if (!top.isValid()) {
            heap[0] = heap[--heapSize];
            heap[heapSize] = null;
        }
        if (heapSize > 0) {
            siftDown(0);
            top = heap[0];
        } else {
            top = null;
        }
    }

    @Override
    public boolean isValid() {
        return top != null;
    }

    @Override
    public void seekToFirst() {
        for (EntryCursor source : sources) {
            source.seekToFirst();
        }
        rebuild(false);
    }

    @Override
    public void seekToLast() {
        for (EntryCursor source : sources) {
            source.seekToLast();
        }
        rebuild(true);
    }

    @Override
    public void seek(byte[] key, long sequence) {
        for (EntryCursor source : sources) {
            source.seek(key, sequence);
        }
        rebuild(false);
    }

    @Override
    public void seekBefore(byte[] key, long sequence) {
        for (EntryCursor source : sources) {
            source.seekBefore(key, sequence);
        }
        rebuild(true);
    }

    @Override
    public void next() {
        top.next();
        settle();
    }

    @Override
    public void prev() {
        top.prev();
        settle();
    }

    @Override
    public byte[] keyArray() {
        return top.keyArray();
    }

    @Override
    public int keyOffset() {
        return top.keyOffset();
    }

    @Override
    public int keyLength() {
        return top.keyLength();
    }

    @Override
    public long sequence() {
        return top.sequence();
    }

    @Override
    public EntryKind kind() {
        return top.kind();
    }

    @Override
    public byte[] valueArray() {
        return top.valueArray();
    }

    @Override
    public int valueOffset() {
        return top.valueOffset();
    }

    @Override
    public int valueLength() {
        return top.valueLength();
    }

    @Override
    public void close() {
        top = null;
        for (EntryCursor source : sources) {
            source.close();
        }
    }
}
