package io.nokv.fsmeta.runtime;

import io.nokv.base.codec.Bytes;
import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.NokvException;
import io.nokv.kv.percolator.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a transaction means to do, one {@link Change} a key, undoable to any earlier point. Not thread-safe. */
final class WriteBuffer {
    static final int MAX_KEY_BYTES = 4 << 10;
    static final int MAX_VALUE_BYTES = 1 << 20;

    /**
     * What is to be done to one key.
     *
     * @param replaces whether {@code value} (null: delete) replaces the row
     * @param ttlMillis of a replacing value; 0: it stays
     * @param mustBeAbsent the stored row has to be absent
     * @param checked the stored row has to be unchanged, also by others' deltas
     * @param deltas not empty: changes the stored record, or finds nothing after a delete
     */
    record Change(boolean replaces, byte[] value, long ttlMillis, boolean mustBeAbsent, boolean checked,
            List<CounterRecord.Delta> deltas) {
        static final Change NOTHING = new Change(false, null, 0, false, false, List.of());

        private Change replacing(byte[] newValue, long newTtlMillis, boolean absent) {
            return new Change(true, newValue, newTtlMillis, absent, checked, List.of());
        }

        /** Whether a reader of this transaction sees something else than what is stored. */
        boolean shows() {
            return replaces || !deltas.isEmpty();
        }

        /** What a reader of this transaction sees over {@code stored}; either may be null for no row. */
        byte[] over(byte[] stored) {
            if (replaces) {
                return value == null ? null : value.clone();
            }
            if (deltas.isEmpty() || stored == null) {
                return stored;
            }
            CounterRecord record = CounterRecord.decode(stored);
            for (CounterRecord.Delta delta : deltas) {
                // What leaves its bounds now may be in bounds at the commit, and the commit judges.
                CounterRecord after = record.apply(delta);
                record = after == null ? record : after;
            }
            return record.encode();
        }

        /** A delta to a row that this transaction deleted: the commit finds nothing. */
        boolean isHopeless() {
            return replaces && !deltas.isEmpty();
        }

        Mutation toMutation(byte[] key) {
            if (!replaces) {
                return deltas.isEmpty() ? new Mutation.Check(key) : new Mutation.Add(key, deltas, checked);
            }
            if (value == null) {
                return mustBeAbsent ? new Mutation.CheckAbsent(key) : new Mutation.Delete(key);
            }
            return mustBeAbsent ? new Mutation.Insert(key, value, ttlMillis) : new Mutation.Put(key, value, ttlMillis);
        }
    }

    private record Undo(byte[] key, Change before) {}

    private final TreeMap<byte[], Change> changes = new TreeMap<>(Bytes.ORDER);
    private final List<Undo> undo = new ArrayList<>();

    private Change at(byte[] key) {
        return changes.getOrDefault(key, Change.NOTHING);
    }

    private void set(byte[] key, Change change) {
        if (key.length == 0 || key.length > MAX_KEY_BYTES) {
            throw NokvException.invalid("key of " + key.length + " bytes, allowed are 1 to " + MAX_KEY_BYTES);
        }
        if (change.value != null && change.value.length > MAX_VALUE_BYTES) {
            throw NokvException.invalid("value of " + change.value.length + " bytes for " + Bytes.show(key)
                    + ", allowed are " + MAX_VALUE_BYTES);
        }
        byte[] own = key.clone();
        undo.add(new Undo(own, changes.put(own, change)));
    }

    void put(byte[] key, byte[] value, long ttlMillis) {
        Change before = at(key);
        set(key, before.replacing(value.clone(), ttlMillis, before.mustBeAbsent));
    }

    void insert(byte[] key, byte[] value) {
        Change before = at(key);
        boolean afterDelete = before.replaces && before.value == null;
        set(key, before.replacing(value.clone(), 0, !afterDelete || before.mustBeAbsent));
    }

    void delete(byte[] key) {
        Change before = at(key);
        set(key, before.replacing(null, 0, before.mustBeAbsent));
    }

    void check(byte[] key) {
        Change before = at(key);
        set(key, new Change(before.replaces, before.value, before.ttlMillis, before.mustBeAbsent, true,
                before.deltas));
    }

    void add(byte[] key, List<CounterRecord.Delta> deltas) {
        Change before = at(key);
        if (before.replaces && before.value != null) {
            CounterRecord record = CounterRecord.decode(before.value);
            for (CounterRecord.Delta delta : deltas) {
                record = record.apply(delta);
                if (record == null) {
                    throw NokvException.invalid("delta " + delta + " leaves the bounds of the record at "
                            + Bytes.show(key) + " that this transaction wrote");
                }
            }
            set(key, before.replacing(record.encode(), before.ttlMillis, before.mustBeAbsent));
            return;
        }
        List<CounterRecord.Delta> all = new ArrayList<>(before.deltas);
        all.addAll(deltas);
        set(key, new Change(before.replaces, null, 0, before.mustBeAbsent, before.checked, List.copyOf(all)));
    }

    /** The change of a key, or null. */
    Change get(byte[] key) {
        return changes.isEmpty() ? null : changes.get(key);
    }

    /** The nearest change at or above {@code key}, above it when not {@code inclusive}; or null. */
    Map.Entry<byte[], Change> up(byte[] key, boolean inclusive) {
        return changes.isEmpty() ? null : inclusive ? changes.ceilingEntry(key) : changes.higherEntry(key);
    }

    /** The nearest change below {@code key} (null: the end); or null. */
    Map.Entry<byte[], Change> down(byte[] key) {
        return changes.isEmpty() ? null : key == null ? changes.lastEntry() : changes.lowerEntry(key);
    }

    /** A key whose delta can find nothing, or null. */
    byte[] hopelessKey() {
        for (Map.Entry<byte[], Change> entry : changes.entrySet()) {
            if (entry.getValue().isHopeless()) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** By key. */
    List<Mutation> toMutations() {
        List<Mutation> mutations = new ArrayList<>(changes.size());
        changes.forEach((key, change) -> mutations.add(change.toMutation(key)));
        return mutations;
    }

    int size() {
        return changes.size();
    }

    int mark() {
        return undo.size();
    }

    /** INVALID_ARGUMENT for a mark that was not given, or was rolled back before. */
    void rollbackTo(int mark) {
        if (mark < 0 || mark > undo.size()) {
            throw NokvException.invalid("no mark " + mark + " in a transaction of " + undo.size() + " writes");
        }
        while (undo.size() > mark) {
            Undo last = undo.removeLast();
            if (last.before == null) {
                changes.remove(last.key);
            } else {
                changes.put(last.key, last.before);
            }
        }
    }

    /** Forgets everything. */
    void clear() {
        changes.clear();
        undo.clear();
    }
}
