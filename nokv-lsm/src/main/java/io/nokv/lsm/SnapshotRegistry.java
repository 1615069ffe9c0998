package io.nokv.lsm;

import io.nokv.base.port.Clock;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** The open snapshots: which sequence numbers they hold, who opened them and when. Thread-safe. */
final class SnapshotRegistry {
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** Sequence number to the snapshots that hold it, in the order of their opening. */
    private final TreeMap<Long, Set<Held>> held = new TreeMap<>();
    private long count;

    /** @param clock tells since when a snapshot is open */
    SnapshotRegistry(Clock clock) {
        this.clock = clock;
    }

    private final class Held implements Snapshot {
        private final long sequence;
        private final String owner;
        private final long sinceMillis;

        Held(long sequence, String owner, long sinceMillis) {
            this.sequence = sequence;
            this.owner = owner;
            this.sinceMillis = sinceMillis;
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                Set<Held> same = held.get(sequence);
                if (same != null && same.remove(this)) {
                    count--;
                    if (same.isEmpty()) {
                        held.remove(sequence);
                    }
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Holds what {@code latest} says; read under the lock, so that no compaction can miss it. */
    Snapshot open(String owner, LongSupplier latest) {
        long now = clock.wallMillis();
        lock.lock();
        try {
            Held opened = new Held(latest.getAsLong(), owner, now);
            held.computeIfAbsent(opened.sequence, _ -> new LinkedHashSet<>()).add(opened);
            count++;
            return opened;
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

    /** The lowest held number, or Long.MAX_VALUE. */
    long oldest() {
        lock.lock();
        try {
            return held.isEmpty() ? Long.MAX_VALUE : held.firstKey();
        } finally {
            lock.unlock();
        }
    }

    long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** At most {@code limit} of the open snapshots: those that hold back most come first. */
    List<EngineStats.PinnedSnapshot> oldest(int limit) {
        lock.lock();
        try {
            return held.values().stream().flatMap(Set::stream).limit(limit)
                    .map(h -> new EngineStats.PinnedSnapshot(h.owner, h.sequence, h.sinceMillis))
                    .sorted(Comparator.comparingLong(EngineStats.PinnedSnapshot::sequence)
                            .thenComparingLong(EngineStats.PinnedSnapshot::sinceMillis))
                    .toList();
        } finally {
            lock.unlock();
        }
    }
}
