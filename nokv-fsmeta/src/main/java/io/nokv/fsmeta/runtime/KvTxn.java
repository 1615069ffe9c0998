package io.nokv.fsmeta.runtime;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.kv.LocalKv;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.gc.SafePoint;
import io.nokv.kv.percolator.MutationRefusal;
import java.util.ArrayList;
import java.util.List;

/** A transaction: a view, and a buffer of writes laid over it. Holds the safe point until it ends. Not thread-safe. */
final class KvTxn implements Txn {
    private final LocalKv kv;
    private final KvView view;
    private final SafePoint.Hold hold;
    private final WriteBuffer buffer = new WriteBuffer();
    private byte[] annotation;
    private boolean ended;

    KvTxn(LocalKv kv, KvView view, SafePoint.Hold hold) {
        this.kv = kv;
        this.view = view;
        this.hold = hold;
    }

    private void requireOpen() {
        if (ended) {
            throw new NokvException(FailureCode.CLOSED, "the transaction has ended");
        }
    }

    @Override
    public long version() {
        return view.version();
    }

    @Override
    public byte[] get(byte[] key) {
        requireOpen();
        WriteBuffer.Change own = buffer.get(key);
        if (own == null) {
            return view.get(key);
        }
        return own.over(own.replaces() ? null : view.get(key));
    }

    @Override
    public List<byte[]> multiGet(List<byte[]> keys) {
        requireOpen();
        List<byte[]> values = view.multiGet(keys);
        if (buffer.size() == 0) {
            return values;
        }
        List<byte[]> shown = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            WriteBuffer.Change own = buffer.get(keys.get(i));
            shown.add(own == null ? values.get(i) : own.over(values.get(i)));
        }
        return shown;
    }

    @Override
    public long versionOf(byte[] key) {
        requireOpen();
        WriteBuffer.Change own = buffer.get(key);
        return own != null && own.shows() ? 0 : view.versionOf(key);
    }

    @Override
    public Versioned getVersioned(byte[] key) {
        requireOpen();
        WriteBuffer.Change own = buffer.get(key);
        return own == null || !own.shows() ? view.getVersioned(key) : over(own, own.replaces() ? null : view.get(key));
    }

    @Override
    public List<Versioned> multiGetVersioned(List<byte[]> keys) {
        requireOpen();
        List<Versioned> rows = view.multiGetVersioned(keys);
        if (buffer.size() == 0) {
            return rows;
        }
        List<Versioned> shown = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            WriteBuffer.Change own = buffer.get(keys.get(i));
            Versioned stored = rows.get(i);
            shown.add(own == null || !own.shows() ? stored : over(own, stored == null ? null : stored.value()));
        }
        return shown;
    }

    private static Versioned over(WriteBuffer.Change own, byte[] stored) {
        byte[] value = own.over(stored);
        return value == null ? null : new Versioned(value, 0);
    }

    @Override
    public Rows scan(byte[] from, byte[] to, boolean reverse) {
        requireOpen();
        byte[] start = from.clone();
        byte[] end = to == null ? null : to.clone();
        return new MergedRows(view.scan(start, end, reverse), buffer, start, end, reverse);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        requireOpen();
        buffer.put(key, value, 0);
    }

    @Override
    public void putExpiring(byte[] key, byte[] value, long ttlMillis) {
        requireOpen();
        if (ttlMillis <= 0) {
            throw NokvException.invalid("a row that expires lives at least 1 ms, not " + ttlMillis);
        }
        buffer.put(key, value, ttlMillis);
    }

    @Override
    public void insert(byte[] key, byte[] value) {
        requireOpen();
        buffer.insert(key, value);
    }

    @Override
    public void delete(byte[] key) {
        requireOpen();
        buffer.delete(key);
    }

    @Override
    public void check(byte[] key) {
        requireOpen();
        buffer.check(key);
    }

    @Override
    public void add(byte[] key, List<CounterRecord.Delta> deltas) {
        requireOpen();
        buffer.add(key, deltas);
    }

    @Override
    public void annotate(byte[] bytes) {
        requireOpen();
        annotation = bytes.clone();
    }

    @Override
    public boolean isReadOnly() {
        return buffer.size() == 0;
    }

    @Override
    public int size() {
        return buffer.size();
    }

    @Override
    public int mark() {
        requireOpen();
        return buffer.mark();
    }

    @Override
    public void rollbackTo(int mark) {
        requireOpen();
        buffer.rollbackTo(mark);
    }

    @Override
    public CommitOutcome commit() {
        requireOpen();
        ended = true;
        try {
            if (buffer.size() == 0) {
                return new CommitOutcome.Committed(version());
            }
            byte[] hopeless = buffer.hopelessKey();
            if (hopeless != null) {
                return new CommitOutcome.Missing(hopeless);
            }
            return outcome(kv.commit(new Timestamp(version()), buffer.toMutations(), annotation));
        } finally {
            end();
        }
    }

    private static CommitOutcome outcome(CommitAnswer answer) {
        return switch (answer) {
            case CommitAnswer.Committed(Timestamp commitTs) -> new CommitOutcome.Committed(commitTs.value());
            case CommitAnswer.Busy(byte[] key) -> new CommitOutcome.Conflict(key.clone());
            case CommitAnswer.Refused(MutationRefusal.Conflict(byte[] key, _)) -> new CommitOutcome.Conflict(
                    key.clone());
            case CommitAnswer.Refused(MutationRefusal.AlreadyExists(byte[] key)) -> new CommitOutcome.AlreadyExists(
                    key.clone());
            case CommitAnswer.Refused(MutationRefusal.Missing(byte[] key)) -> new CommitOutcome.Missing(key.clone());
            case CommitAnswer.Refused(MutationRefusal.OutOfBounds(byte[] key, int slot)) ->
                new CommitOutcome.OutOfBounds(
                        key.clone(), slot);
        };
    }

    private void end() {
        ended = true;
        hold.close();
        buffer.clear();
    }

    @Override
    public void close() {
        end();
    }
}
