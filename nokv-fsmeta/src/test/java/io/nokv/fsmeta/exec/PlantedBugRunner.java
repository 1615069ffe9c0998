package io.nokv.fsmeta.exec;

import io.nokv.base.codec.Bytes;
import io.nokv.base.codec.CounterRecord.Delta;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.ForwardingTxnRunner;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A store that does to the executor's transactions what a wrong executor would: some writes come apart from the rest. */
public final class PlantedBugRunner extends ForwardingTxnRunner {
    private static final int ATTEMPTS = 1_000;

    private final PlantedBug bug;

    public PlantedBugRunner(TxnRunner store, PlantedBug bug) {
        super(store);
        this.bug = bug;
    }

    @Override
    public Txn begin() {
        return new Torn(store.begin());
    }

    /** Writes by itself, until it commits or finds nothing to write to. */
    private void apart(Consumer<Txn> write) {
        for (int i = 0; i < ATTEMPTS; i++) {
            try (Txn txn = store.begin()) {
                write.accept(txn);
                CommitOutcome outcome = txn.commit();
                if (outcome instanceof CommitOutcome.Committed || outcome instanceof CommitOutcome.Missing) {
                    return;
                }
            }
        }
        throw new AssertionError("the write apart never committed");
    }

    private final class Torn extends ForwardingTxn {
        /** @param mark of the transaction when the write was made */
        private record Apart(int mark, byte[] key, byte[] value, Consumer<Txn> write) {}

        private final List<Apart> aparts = new ArrayList<>();

        Torn(Txn txn) {
            super(txn);
        }

        private boolean apart(byte[] key, byte[] value, Consumer<Txn> write) {
            return aparts.add(new Apart(txn.mark(), key, value, write));
        }

        @Override
        public void put(byte[] key, byte[] value) {
            boolean linkCount = bug == PlantedBug.LINK_COUNT_OUTSIDE_THE_TRANSACTION
                    && RowKey.parse(key) instanceof RowKey.Inode
                    && InodeRecord.decode(value) instanceof InodeRecord.Whole whole && whole.home() != 0;
            if (!linkCount) {
                txn.put(key, value);
            } else {
                apart(key, value, t -> t.put(key, value));
            }
        }

        @Override
        public void delete(byte[] key) {
            boolean guard = bug == PlantedBug.DIRECTORY_REMOVED_WITHOUT_AN_EMPTINESS_GUARD
                    && RowKey.parse(key) instanceof RowKey.Directory;
            if (!guard) {
                txn.delete(key);
            } else {
                apart(key, null, t -> t.delete(key));
            }
        }

        @Override
        public void check(byte[] key) {
            boolean ancestor = bug == PlantedBug.RENAME_CHECKS_ANCESTORS_BEFORE_THE_TRANSACTION
                    && RowKey.parse(key) instanceof RowKey.Inode;
            if (!ancestor) {
                txn.check(key);
            }
        }

        @Override
        public void add(byte[] key, List<Delta> deltas) {
            boolean usage = bug == PlantedBug.QUOTA_ADDED_OUTSIDE_THE_TRANSACTION
                    && RowKey.parse(key) instanceof RowKey.Usage;
            if (!usage) {
                txn.add(key, deltas);
                return;
            }
            List<Delta> unbounded = deltas.stream().map(d -> Delta.add(d.slot(), d.operand())).toList();
            aparts.add(new Apart(txn.mark(), new byte[0], null, t -> t.add(key, unbounded)));
        }

        @Override
        public void rollbackTo(int mark) {
            aparts.removeIf(a -> a.mark >= mark);
            txn.rollbackTo(mark);
        }

        @Override
        public CommitOutcome commit() {
            CommitOutcome outcome = txn.commit();
            if (outcome instanceof CommitOutcome.Committed) {
                aparts.forEach(a -> PlantedBugRunner.this.apart(a.write));
            }
            return outcome;
        }

        /** The rows written apart, as this transaction reads them. */
        private Apart own(byte[] key) {
            TreeMap<byte[], Apart> last = new TreeMap<>(Bytes.ORDER);
            aparts.forEach(a -> last.put(a.key, a));
            return last.get(key);
        }

        @Override
        public byte[] get(byte[] key) {
            Apart own = own(key);
            return own == null ? txn.get(key) : own.value;
        }

        @Override
        public List<byte[]> multiGet(List<byte[]> keys) {
            List<byte[]> values = new ArrayList<>();
            keys.forEach(key -> values.add(get(key)));
            return values;
        }

        @Override
        public long versionOf(byte[] key) {
            return own(key) == null ? txn.versionOf(key) : 0;
        }
    }
}
