package io.nokv.lsm;

import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** The sequence numbers that open snapshots hold. Thread-safe. */
final class SnapshotRegistry {
    private final ReentrantLock lock = new ReentrantLock();
    /** Sequence number to how many snapshots hold it. */
    private final TreeMap<Long, Integer> held = new TreeMap<>();

    private final class Held implements Snapshot {
        private final long sequence;
        private boolean closed;

        Held(long sequence) {
            this.sequence = sequence;
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    held.computeIfPresent(sequence, (_, count) -> count == 1 ? null : count - 1);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Holds what {@code latest} says; read under the lock, so that no compaction can miss it. */
    Snapshot open(LongSupplier latest) {
        lock.lock();
        try {
            long sequence = latest.getAsLong();
            held.merge(sequence, 1, Integer::sum);
            return new Held(sequence);
        } finally {
            lock.unlock();
        }
    }

    /** The held numbers, ascending, each once. */
    long[] sequences() {
        lock.lock();
        try {
            return held.keySet().stream().mapToLong(Long::longValue).toArray();
        } finally {
            lock.unlock();
        }
    }

    long count() {
        lock.lock();
        try {
            return held.values().stream().mapToLong(Integer::longValue).sum();
        } finally {
            lock.unlock();
        }
    }
}
