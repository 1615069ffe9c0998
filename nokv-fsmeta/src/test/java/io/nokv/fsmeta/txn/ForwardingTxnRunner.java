package io.nokv.fsmeta.txn;

import io.nokv.base.codec.CounterRecord;
import java.util.List;

/**
 * A store between the namespace and the real one that changes nothing: subclasses override what they are about, in the
 * runner or in its {@link ForwardingTxn}. As safe for threads as the store below.
 */
public class ForwardingTxnRunner implements TxnRunner {
    protected final TxnRunner store;

    protected ForwardingTxnRunner(TxnRunner store) {
        this.store = store;
    }

    @Override
    public long readVersion() {
        return store.readVersion();
    }

    @Override
    public View latest() {
        return store.latest();
    }

    @Override
    public View viewAt(long version) {
        return store.viewAt(version);
    }

    @Override
    public Txn begin() {
        return store.begin();
    }

    @Override
    public Retention retain(long version, String holder) {
        return store.retain(version, holder);
    }

    @Override
    public void keep(long version, String holder) {
        store.keep(version, holder);
    }

    @Override
    public void letGo(long version, String holder) {
        store.letGo(version, holder);
    }

    @Override
    public long safePoint() {
        return store.safePoint();
    }

    @Override
    public void observe(CommitObserver observer) {
        store.observe(observer);
    }

    @Override
    public void close() {
        store.close();
    }

    /** A transaction of the store. Reads with versions go through {@link #get} and {@link #versionOf}. */
    public static class ForwardingTxn implements Txn {
        protected final Txn txn;

        protected ForwardingTxn(Txn txn) {
            this.txn = txn;
        }

        @Override
        public long version() {
            return txn.version();
        }

        @Override
        public byte[] get(byte[] key) {
            return txn.get(key);
        }

        @Override
        public List<byte[]> multiGet(List<byte[]> keys) {
            return txn.multiGet(keys);
        }

        @Override
        public long versionOf(byte[] key) {
            return txn.versionOf(key);
        }

        @Override
        public Rows scan(byte[] from, byte[] to, boolean reverse) {
            return txn.scan(from, to, reverse);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            txn.put(key, value);
        }

        @Override
        public void putExpiring(byte[] key, byte[] value, long ttlMillis) {
            txn.putExpiring(key, value, ttlMillis);
        }

        @Override
        public void insert(byte[] key, byte[] value) {
            txn.insert(key, value);
        }

        @Override
        public void delete(byte[] key) {
            txn.delete(key);
        }

        @Override
        public void check(byte[] key) {
            txn.check(key);
        }

        @Override
        public void add(byte[] key, List<CounterRecord.Delta> deltas) {
            txn.add(key, deltas);
        }

        @Override
        public void annotate(byte[] annotation) {
            txn.annotate(annotation);
        }

        @Override
        public boolean isReadOnly() {
            return txn.isReadOnly();
        }

        @Override
        public int size() {
            return txn.size();
        }

        @Override
        public int mark() {
            return txn.mark();
        }

        @Override
        public void rollbackTo(int mark) {
            txn.rollbackTo(mark);
        }

        @Override
        public CommitOutcome commit() {
            return txn.commit();
        }

        @Override
        public void close() {
            txn.close();
        }
    }
}
