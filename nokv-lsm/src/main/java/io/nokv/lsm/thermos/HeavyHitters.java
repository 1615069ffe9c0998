package io.nokv.lsm.thermos;

import io.nokv.lsm.Family;
import java.util.function.Consumer;

/**
 * The keys that occur most, by Space-Saving: a fixed number of counters, the smallest of which is handed to a key that has none. Counters
 * are a heap by count and a hash table by key. Allocates nothing once all counters are in use. Not thread-safe.
 */
final class HeavyHitters {
    /** Longer keys are cut to be shown; their hash is of the whole. */
    static final int SHOWN_BYTES = 128;

    /** One key. Fields change when the counter is handed on. */
    static final class Counter {
        private long hash;
        private Family family;
        private byte[] bytes = new byte[32];
        private int length;
        private int fullLength;
        private double count;
        private double error;
        private int heapAt;
        private Counter next;

        private void take(long newHash, Family newFamily, byte[] key, int keyBytes) {
            hash = newHash;
            family = newFamily;
            fullLength = keyBytes;
            length = Math.min(keyBytes, SHOWN_BYTES);
            if (bytes.length < length) {
                bytes = new byte[SHOWN_BYTES];
            }
            System.arraycopy(key, 0, bytes, 0, length);
        }

        long hash() {
            return hash;
        }

        Family family() {
            return family;
        }

        /** A copy of the key's first bytes. */
        byte[] key() {
            return java.util.Arrays.copyOf(bytes, length);
        }

        boolean isCut() {
            return length < fullLength;
        }

        /** Weight of its key, at most {@link #error} too high. */
        double count() {
            return count;
        }

        double error() {
            return error;
        }
    }

    private static final int OBJECT_BYTES = 72 + 16;

    /** Smallest count first. */
    private final Counter[] heap;
    private final Counter[] table;
    private int used;

    HeavyHitters(int counters) {
        heap = new Counter[counters];
        table = new Counter[Integer.highestOneBit(Math.max(1, counters)) * 4];
    }

    private int bucket(long hash) {
        return (int) (hash ^ hash >>> 32) & table.length - 1;
    }

    /** The counter of {@code hash}, or null. */
    Counter find(long hash) {
        Counter at = table[bucket(hash)];
        while (at != null && at.hash != hash) {
            at = at.next;
        }
        return at;
    }

    /**
     * The key occurred.
     *
     * @param hash of family and key, good in all bits
     * @param weight above 0
     */
    void add(long hash, Family family, byte[] key, int keyBytes, double weight) {
        Counter counter = find(hash);
        if (counter == null) {
            if (used < heap.length) {
                counter = new Counter();
                counter.heapAt = used;
                heap[used++] = counter;
                counter.count = 0;
                counter.error = 0;
                counter.take(hash, family, key, keyBytes);
                link(counter);
                counter.count = weight;
                up(counter);
                return;
            }
            counter = heap[0];
            unlink(counter);
            counter.error = counter.count;
            counter.take(hash, family, key, keyBytes);
            link(counter);
        }
        counter.count += weight;
        down(counter);
    }

    private void link(Counter counter) {
        int bucket = bucket(counter.hash);
        counter.next = table[bucket];
        table[bucket] = counter;
    }

    private void unlink(Counter counter) {
        int bucket = bucket(counter.hash);
        Counter at = table[bucket];
        if (at == counter) {
            table[bucket] = counter.next;
            return;
        }
        while (at.next != counter) {
            at = at.next;
        }
        at.next = counter.next;
    }

    private void place(Counter counter, int at) {
        heap[at] = counter;
        counter.heapAt = at;
    }

    private void up(Counter counter) {
        int at = counter.heapAt;
        while (at > 0 && heap[at - 1 >> 1].count > counter.count) {
            place(heap[at - 1 >> 1], at);
            at = at - 1 >> 1;
        }
        place(counter, at);
    }

    private void down(Counter counter) {
        int at = counter.heapAt;
        while (true) {
            int child = 2 * at + 1;
            if (child >= used) {
                break;
            }
            if (child + 1 < used && heap[child + 1].count < heap[child].count) {
                child++;
            }
            if (heap[child].count >= counter.count) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(counter, at);
    }

    /** Multiplies all counts. */
    void scale(double factor) {
        for (int i = 0; i < used; i++) {
            heap[i].count *= factor;
            heap[i].error *= factor;
        }
    }

    void forEach(Consumer<Counter> visitor) {
        for (int i = 0; i < used; i++) {
            visitor.accept(heap[i]);
        }
    }

    /** Heap bytes. */
    long heapBytes() {
        long sum = 48 + 4L * heap.length + 4L * table.length;
        for (int i = 0; i < used; i++) {
            sum += OBJECT_BYTES + heap[i].bytes.length;
        }
        return sum;
    }
}
