package io.nokv.fsmeta.txn;

import io.nokv.base.codec.Bytes;
import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The whole store as one sorted map of all versions of all keys, under one lock that is never held across a wait. Right
 * by inspection, durable not at all. History is kept for ever unless {@link #collect} is called.
 */
public final class ReferenceTxnRunner implements TxnRunner {
    static final int MAX_KEY_BYTES = 4 << 10;
    static final int MAX_VALUE_BYTES = 1 << 20;

    /**
     * @param value null for a deletion
     * @param expiresAtMillis the row is gone for versions from then on
     * @param byAdd whether only deltas made it, with which other deltas do not conflict
     */
    record Cell(byte[] value, long expiresAtMillis, boolean byAdd) {
        byte[] valueAt(long version) {
            return version >>> LOGICAL_BITS >= expiresAtMillis ? null : value;
        }
    }

    /** The identity of holds that have none of their own. */
    private static final Object KEPT = new Object();

    private final Ports ports;
    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableMap<byte[], NavigableMap<Long, Cell>> rows = new TreeMap<>(Bytes.ORDER);
    private final Set<Hold> holds = new LinkedHashSet<>();
    private final List<CommitObserver> observers = new ArrayList<>();
    private long lastVersion;
    private long safePoint;
    private boolean closed;

    private record Hold(long version, String holder, Object identity) {}

    public ReferenceTxnRunner(Ports ports) {
        this.ports = ports;
    }

    /** Runs {@code action} alone. */
    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            if (closed) {
                throw new NokvException(FailureCode.CLOSED, "the store is closed");
            }
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Handing a version to a reader forces every later commit above it. */
    @Override
    public long readVersion() {
        return locked(() -> {
            lastVersion = Math.max(lastVersion, ports.clock().wallMillis() << LOGICAL_BITS);
            return lastVersion;
        });
    }

    @Override
    public View viewAt(long version) {
        long now = readVersion();
        return locked(() -> {
            if (version < safePoint) {
                throw new NokvException(FailureCode.VERSION_TOO_OLD,
                        "version " + version + " is below the safe point " + safePoint);
            }
            if (version > now) {
                throw NokvException.invalid("version " + version + " is ahead of the store's clock at " + now);
            }
            return new ReferenceTxn(this, version, true);
        });
    }

    @Override
    public Txn begin() {
        return new ReferenceTxn(this, readVersion(), false);
    }

    @Override
    public Retention retain(long version, String holder) {
        Hold hold = new Hold(version, holder, new Object());
        return locked(() -> {
            if (version < safePoint) {
                throw new NokvException(FailureCode.VERSION_TOO_OLD,
                        "version " + version + " is below the safe point " + safePoint);
            }
            holds.add(hold);
            return () -> locked(() -> holds.remove(hold));
        });
    }

    /** By version and holder, whichever object asks. */
    @Override
    public void keep(long version, String holder) {
        locked(() -> {
            if (version < safePoint) {
                throw new NokvException(FailureCode.VERSION_TOO_OLD,
                        "version " + version + " is below the safe point " + safePoint);
            }
            return holds.add(new Hold(version, holder, KEPT));
        });
    }

    @Override
    public void letGo(long version, String holder) {
        locked(() -> holds.remove(new Hold(version, holder, KEPT)));
    }

    @Override
    public long safePoint() {
        return locked(() -> safePoint);
    }

    /** Moves the safe point to the oldest retained version, or to the newest version, and drops what lies below. */
    public void collect() {
        long now = readVersion();
        locked(() -> {
            safePoint = holds.stream().mapToLong(Hold::version).reduce(now, Math::min);
            for (NavigableMap<Long, Cell> versions : rows.values()) {
                Long keep = versions.floorKey(safePoint);
                if (keep != null) {
                    versions.headMap(keep, false).clear();
                }
            }
            return null;
        });
    }

    @Override
    public void observe(CommitObserver observer) {
        locked(() -> observers.add(observer));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** The cell that a reader at {@code version} sees, with its version; null when there is none or it is deleted or expired. */
    Map.Entry<Long, Cell> visible(byte[] key, long version) {
        return locked(() -> visibleLocked(key, version));
    }

    private Map.Entry<Long, Cell> visibleLocked(byte[] key, long version) {
        NavigableMap<Long, Cell> versions = rows.get(key);
        Map.Entry<Long, Cell> newest = versions == null ? null : versions.floorEntry(version);
        return newest == null || newest.getValue().valueAt(version) == null ? null : newest;
    }

    /** The next key that has ever had a value, after ({@code inclusive}: from) {@code key}; null at the end. */
    byte[] nextKey(byte[] key, boolean inclusive) {
        return locked(() -> inclusive ? rows.ceilingKey(key) : rows.higherKey(key));
    }

    /** The next key downward, below {@code key}; {@code key} null starts at the end. */
    byte[] previousKey(byte[] key) {
        return locked(() -> key == null ? (rows.isEmpty() ? null : rows.lastKey()) : rows.lowerKey(key));
    }

    /** Checks and applies in one step. */
    CommitOutcome commit(long readVersion, NavigableMap<byte[], ReferenceTxn.Write> writes, byte[] annotation) {
        return locked(() -> {
            long version = Math.max(lastVersion + 1, ports.clock().wallMillis() << LOGICAL_BITS);
            NavigableMap<byte[], Cell> cells = new TreeMap<>(Bytes.ORDER);
            for (Map.Entry<byte[], ReferenceTxn.Write> entry : writes.entrySet()) {
                CommitOutcome refusal = evaluate(entry.getKey(), entry.getValue(), readVersion, version, cells);
                if (refusal != null) {
                    return refusal;
                }
            }
            lastVersion = version;
            for (Map.Entry<byte[], Cell> entry : cells.entrySet()) {
                rows.computeIfAbsent(entry.getKey(), _ -> new TreeMap<>()).put(version, entry.getValue());
            }
            if (annotation != null) {
                for (CommitObserver observer : observers) {
                    observer.committed(version, annotation);
                }
            }
            return new CommitOutcome.Committed(version);
        });
    }

    /** Null when {@code write} may be committed; what it leaves is put into {@code cells}. */
    private CommitOutcome evaluate(byte[] key, ReferenceTxn.Write write, long readVersion, long version,
            NavigableMap<byte[], Cell> cells) {
        NavigableMap<Long, Cell> versions = rows.getOrDefault(key, new TreeMap<>());
        Map.Entry<Long, Cell> current = visibleLocked(key, version);
        boolean changed = !versions.tailMap(readVersion, false).isEmpty();
        boolean changedOtherThanByAdd = versions.tailMap(readVersion, false).values().stream().anyMatch(c -> !c.byAdd);
        if (write.mustBeAbsent() && current != null) {
            return new CommitOutcome.AlreadyExists(key);
        }
        if (write.deltas().isEmpty() || write.checked()) {
            if (changed) {
                return new CommitOutcome.Conflict(key);
            }
        }
        if (!write.deltas().isEmpty()) {
            if (current == null || write.replaces()) {
                return new CommitOutcome.Missing(key);
            }
            if (changedOtherThanByAdd) {
                return new CommitOutcome.Conflict(key);
            }
            CounterRecord record = CounterRecord.decode(current.getValue().value);
            for (CounterRecord.Delta delta : write.deltas()) {
                record = record.apply(delta);
                if (record == null) {
                    return new CommitOutcome.OutOfBounds(key, delta.slot());
                }
            }
            cells.put(key, new Cell(record.encode(), current.getValue().expiresAtMillis, true));
        } else if (write.value() != null || write.replaces() && !write.mustBeAbsent()) {
            // What was inserted and deleted again was looked for, and nobody sees a change.
            long expires = write.ttlMillis() == 0 ? Long.MAX_VALUE : (version >>> LOGICAL_BITS) + write.ttlMillis();
            cells.put(key, new Cell(write.value(), expires, false));
        }
        return null;
    }
}
