package io.nokv.lsm.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Which segments are there, and who keeps them. Thread-safe; memory only.
 */
final class Retention {
    /** One who keeps segments. Fields are guarded by the retention's lock. */
    static final class Hold {
        private final String name;
        private long segment;
        private LongConsumer request = _ -> {};

        private Hold(String name, long segment) {
            this.name = name;
            this.segment = segment;
        }
    }

    private record Complete(long bytes, long sinceNanos) {}

    /** The place of a hold that keeps nothing. */
    static final long NOTHING = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Hold> holds = new ArrayList<>();
    private final TreeMap<Long, Complete> complete = new TreeMap<>();
    private volatile long completeBytes;
    private volatile long current;
    private volatile long currentBytes;
    private Runnable whenLess = () -> {};

    Hold hold(String name, long segment) {
        lock.lock();
        try {
            Hold made = new Hold(name, segment);
            holds.add(made);
            return made;
        } finally {
            lock.unlock();
        }
    }

    void onRequest(Hold hold, LongConsumer request) {
        lock.lock();
        try {
            hold.request = request;
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code action} whenever less may be needed than before. */
    void whenLess(Runnable action) {
        whenLess = action;
    }

    /** {@code hold} needs nothing below {@code segment} any more. */
    void raise(Hold hold, long segment) {
        boolean less;
        lock.lock();
        try {
            long before = needed();
            hold.segment = Math.max(hold.segment, segment);
            less = needed() > before;
        } finally {
            lock.unlock();
        }
        if (less) {
            whenLess.run();
        }
    }

    /** Something that {@code hold} needs stands in {@code segment}. */
    void lower(Hold hold, long segment) {
        lock.lock();
        try {
            hold.segment = Math.min(hold.segment, segment);
        } finally {
            lock.unlock();
        }
    }

    /** A segment that was complete when the log was opened, or is now. */
    void completed(long segment, long bytes, long nowNanos) {
        lock.lock();
        try {
            complete.put(segment, new Complete(bytes, nowNanos));
            completeBytes += bytes;
            currentBytes = 0;
        } finally {
            lock.unlock();
        }
    }

    void began(long segment) {
        current = segment;
    }

    void wrote(long bytesOfCurrent) {
        currentBytes = bytesOfCurrent;
    }

    /** Segments below {@code first} are gone. */
    void forgotten(long first) {
        lock.lock();
        try {
            Map<Long, Complete> gone = complete.headMap(first);
            completeBytes -= gone.values().stream().mapToLong(Complete::bytes).sum();
            gone.clear();
        } finally {
            lock.unlock();
        }
    }

    long current() {
        return current;
    }

    /** The segments that anybody needs, ascending, and how many bytes of each were written. */
    TreeMap<Long, Long> written() {
        TreeMap<Long, Long> written = new TreeMap<>();
        lock.lock();
        try {
            complete.tailMap(needed()).forEach((segment, c) -> written.put(segment, c.bytes));
        } finally {
            lock.unlock();
        }
        // The bytes belong to the segment that was the current one before and after they were looked at.
        long segment = current;
        long bytes = currentBytes;
        if (segment == current && bytes > 0) {
            written.putIfAbsent(segment, bytes);
        }
        return written;
    }

    long bytes() {
        return completeBytes + currentBytes;
    }

    /** The oldest segment that anybody needs, the current one at the latest. */
    long firstNeeded() {
        lock.lock();
        try {
            return needed();
        } finally {
            lock.unlock();
        }
    }

    /** The oldest segment that anybody but {@code one} needs, the current one at the latest. */
    long firstNeededBeside(Hold one) {
        lock.lock();
        try {
            return neededBeside(one);
        } finally {
            lock.unlock();
        }
    }

    private long needed() {
        return neededBeside(null);
    }

    private long neededBeside(Hold one) {
        long first = current;
        for (Hold hold : holds) {
            first = hold == one ? first : Math.min(first, hold.segment);
        }
        return first;
    }

    /** Asks those who keep the oldest segments to let go of so many that no more than {@code bytes} are left. */
    void ask(long bytes) {
        List<LongConsumer> asked = new ArrayList<>();
        long upTo = 0;
        lock.lock();
        try {
            long left = bytes();
            for (Map.Entry<Long, Complete> oldest : complete.entrySet()) {
                if (left <= bytes) {
                    break;
                }
                upTo = oldest.getKey();
                left -= oldest.getValue().bytes;
            }
            for (Hold hold : holds) {
                if (hold.segment <= upTo) {
                    asked.add(hold.request);
                }
            }
        } finally {
            lock.unlock();
        }
        for (LongConsumer request : asked) {
            request.accept(upTo);
        }
    }

    /** Who keeps the oldest complete segment, other than {@code except}; null when nobody or only that one does. */
    LogHold oldest(Hold except, long nowNanos) {
        lock.lock();
        try {
            LogHold found = null;
            for (Hold hold : holds) {
                if (hold != except && hold.segment < current && (found == null || hold.segment < found.segment())) {
                    found = shown(hold, nowNanos);
                }
            }
            return found != null && except.segment <= found.segment() ? null : found;
        } finally {
            lock.unlock();
        }
    }

    /** Everybody, in the order in which they came. */
    List<LogHold> holds(long nowNanos) {
        lock.lock();
        try {
            return holds.stream().map(hold -> shown(hold, nowNanos)).toList();
        } finally {
            lock.unlock();
        }
    }

    private LogHold shown(Hold hold, long nowNanos) {
        if (hold.segment == NOTHING) {
            return new LogHold(hold.name, 0, 0, 0);
        }
        long bytes = complete.tailMap(hold.segment).values().stream().mapToLong(Complete::bytes).sum() + currentBytes;
        Complete first = complete.get(hold.segment);
        return new LogHold(hold.name, hold.segment, bytes, first == null ? 0 : nowNanos - first.sinceNanos);
    }
}
