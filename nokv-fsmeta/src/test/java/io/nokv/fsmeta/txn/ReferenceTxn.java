package io.nokv.fsmeta.txn;

import io.nokv.base.codec.Bytes;
import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A view or transaction of {@link ReferenceTxnRunner}: a version and a sorted map of what it means to write. */
final class ReferenceTxn implements Txn {
    /**
     * What a transaction does to one key.
     *
     * @param replaces whether {@code value} (null: delete) replaces the row
     * @param deltas not empty: changes the stored row instead
     */
    record Write(boolean replaces, byte[] value, long ttlMillis, boolean mustBeAbsent, boolean checked,
            List<CounterRecord.Delta> deltas) {
        static final Write NOTHING = new Write(false, null, 0, false, false, List.of());

        Write replacing(byte[] newValue, long newTtlMillis, boolean absent) {
            return new Write(true, newValue, newTtlMillis, absent, checked, List.of());
        }
    }

    private record Undo(byte[] key, Write before) {}

    private final ReferenceTxnRunner store;
    private final long version;
    private final boolean readOnlyView;
    private final NavigableMap<byte[], Write> writes = new TreeMap<>(Bytes.ORDER);
    private final List<Undo> undo = new ArrayList<>();
    private byte[] annotation;
    private boolean ended;

    ReferenceTxn(ReferenceTxnRunner store, long version, boolean readOnlyView) {
        this.store = store;
        this.version = version;
        this.readOnlyView = readOnlyView;
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public byte[] get(byte[] key) {
        open();
        Map.Entry<Long, ReferenceTxnRunner.Cell> stored = store.visible(key, version);
        byte[] below = stored == null ? null : stored.getValue().value();
        Write write = writes.get(key);
        byte[] seen = write == null ? below : overlay(write, below);
        return seen == null ? null : seen.clone();
    }

    private static byte[] overlay(Write write, byte[] below) {
        if (write.replaces) {
            return write.value;
        }
        if (write.deltas.isEmpty() || below == null) {
            return below;
        }
        CounterRecord record = CounterRecord.decode(below);
        for (CounterRecord.Delta delta : write.deltas) {
            CounterRecord after = record.apply(delta);
            record = after == null ? record : after;
        }
        return record.encode();
    }

    @Override
    public List<byte[]> multiGet(List<byte[]> keys) {
        List<byte[]> values = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            values.add(get(key));
        }
        return values;
    }

    @Override
    public long versionOf(byte[] key) {
        open();
        Map.Entry<Long, ReferenceTxnRunner.Cell> stored = store.visible(key, version);
        return stored == null || wrote(key) ? 0 : stored.getKey();
    }

    private boolean wrote(byte[] key) {
        Write write = writes.get(key);
        return write != null && (write.replaces || !write.deltas.isEmpty());
    }

    @Override
    public Rows scan(byte[] from, byte[] to, boolean reverse) {
        open();
        byte[] start = from.clone();
        byte[] end = to == null ? null : to.clone();
        return new Rows() {
            private byte[] at = reverse ? end : start;
            private boolean inclusive = !reverse;
            private byte[] value;
            private boolean positioned;
            private boolean exhausted;

            @Override
            public boolean next() {
                open();
                if (exhausted) {
                    return false;
                }
                do {
                    at = reverse ? previous(at) : following(at, inclusive);
                    inclusive = false;
                    boolean outside = at == null || (reverse
                            ? Bytes.ORDER.compare(at, start) < 0
                            : end != null && Bytes.ORDER.compare(at, end) >= 0);
                    if (outside) {
                        exhausted = true;
                        positioned = false;
                        return false;
                    }
                    value = get(at);
                } while (value == null);
                positioned = true;
                return true;
            }

            @Override
            public byte[] key() {
                requireRow();
                return at.clone();
            }

            @Override
            public byte[] value() {
                requireRow();
                return value.clone();
            }

            @Override
            public long version() {
                requireRow();
                return versionOf(at);
            }

            private void requireRow() {
                if (!positioned) {
                    throw NokvException.invalid("no row: call next() first");
                }
            }

            @Override
            public void close() {}
        };
    }

    private byte[] following(byte[] at, boolean inclusive) {
        byte[] stored = store.nextKey(at, inclusive);
        byte[] own = inclusive ? writes.ceilingKey(at) : writes.higherKey(at);
        return stored == null ? own : own == null || Bytes.ORDER.compare(stored, own) <= 0 ? stored : own;
    }

    private byte[] previous(byte[] at) {
        byte[] stored = store.previousKey(at);
        byte[] own = at == null ? (writes.isEmpty() ? null : writes.lastKey()) : writes.lowerKey(at);
        return stored == null ? own : own == null || Bytes.ORDER.compare(stored, own) >= 0 ? stored : own;
    }

    private void open() {
        if (ended) {
            throw new NokvException(FailureCode.CLOSED, "the transaction has ended");
        }
    }

    private void write(byte[] key, Write write) {
        open();
        if (readOnlyView) {
            throw NokvException.invalid("a view does not write");
        }
        if (key.length == 0 || key.length > ReferenceTxnRunner.MAX_KEY_BYTES) {
            throw NokvException.invalid("key of " + key.length + " bytes, the limit is 1 to "
                    + ReferenceTxnRunner.MAX_KEY_BYTES);
        }
        if (write.value != null && write.value.length > ReferenceTxnRunner.MAX_VALUE_BYTES) {
            throw NokvException.invalid("value of " + write.value.length + " bytes, the limit is "
                    + ReferenceTxnRunner.MAX_VALUE_BYTES);
        }
        byte[] own = key.clone();
        undo.add(new Undo(own, writes.get(own)));
        writes.put(own, write);
    }

    private Write at(byte[] key) {
        return writes.getOrDefault(key, Write.NOTHING);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        Write before = at(key);
        write(key, before.replacing(value.clone(), 0, before.mustBeAbsent));
    }

    @Override
    public void putExpiring(byte[] key, byte[] value, long ttlMillis) {
        if (ttlMillis <= 0) {
            throw NokvException.invalid("a row that expires lives at least 1 ms, not " + ttlMillis);
        }
        Write before = at(key);
        write(key, before.replacing(value.clone(), ttlMillis, before.mustBeAbsent));
    }

    @Override
    public void insert(byte[] key, byte[] value) {
        Write before = at(key);
        boolean afterDelete = before.replaces && before.value == null;
        write(key, before.replacing(value.clone(), 0, !afterDelete || before.mustBeAbsent));
    }

    @Override
    public void delete(byte[] key) {
        Write before = at(key);
        write(key, before.replacing(null, 0, before.mustBeAbsent));
    }

    @Override
    public void check(byte[] key) {
        Write before = at(key);
        write(key, new Write(before.replaces, before.value, before.ttlMillis, before.mustBeAbsent, true,
                before.deltas));
    }

    @Override
    public void add(byte[] key, List<CounterRecord.Delta> deltas) {
        Write before = at(key);
        if (before.replaces && before.value != null) {
            CounterRecord record = CounterRecord.decode(before.value);
            for (CounterRecord.Delta delta : deltas) {
                record = record.apply(delta);
                if (record == null) {
                    throw NokvException.invalid("delta leaves the bounds of a record this transaction wrote");
                }
            }
            write(key, before.replacing(record.encode(), before.ttlMillis, before.mustBeAbsent));
            return;
        }
        List<CounterRecord.Delta> all = new ArrayList<>(before.deltas);
        all.addAll(deltas);
        write(key, new Write(before.replaces, null, 0, before.mustBeAbsent, before.checked,
                Collections.unmodifiableList(all)));
    }

    @Override
    public void annotate(byte[] bytes) {
        open();
        annotation = bytes.clone();
    }

    @Override
    public boolean isReadOnly() {
        return writes.isEmpty();
    }

    @Override
    public int size() {
        return writes.size();
    }

    @Override
    public int mark() {
        open();
        return undo.size();
    }

    @Override
    public void rollbackTo(int mark) {
        open();
        while (undo.size() > mark) {
            Undo last = undo.removeLast();
            if (last.before == null) {
                writes.remove(last.key);
            } else {
                writes.put(last.key, last.before);
            }
        }
    }

    @Override
    public CommitOutcome commit() {
        open();
        ended = true;
        return writes.isEmpty() ? new CommitOutcome.Committed(version) : store.commit(version, writes, annotation);
    }

    @Override
    public void close() {
        ended = true;
    }
}
