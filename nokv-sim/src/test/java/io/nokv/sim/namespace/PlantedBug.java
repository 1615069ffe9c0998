package io.nokv.sim.namespace;

import io.nokv.base.codec.CounterRecord;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.sim.world.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Mistakes that a namespace over transactions makes easily, made on its behalf below it: a guard left out, or a write
 * that belongs into the transaction done in one of its own just after. The checks must find each of them.
 */
enum PlantedBug {
    /** A rename looks at the ancestors of its target and does not make sure that they stay. */
    ANCESTORS_CHECKED_BEFORE_LOCKING,
    /** A directory is found empty, and removed without making sure that it still is. */
    REMOVED_WITHOUT_EMPTINESS_GUARD,
    /** Usage is added after the change, in a transaction of its own. */
    QUOTA_OUTSIDE_THE_TRANSACTION,
    /** The inode of a hard-linked file, with its link count, is written after the change. */
    LINK_COUNT_OUTSIDE_THE_TRANSACTION;

    /** The store of {@code node} with this bug in it. */
    TxnRunner in(TxnRunner store, SimNode node) {
        return new Buggy(store, node, this);
    }

    private static boolean is(byte[] key, Class<? extends RowKey> kind) {
        return kind.isInstance(RowKey.parse(key));
    }

    private static final class Buggy extends PreemptingRunner {
        private final PlantedBug bug;

        Buggy(TxnRunner store, SimNode node, PlantedBug bug) {
            super(store, node, 0.5);
            this.bug = bug;
        }

        @Override
        public Txn begin() {
            return new BuggyTxn(store.begin());
        }

        private final class BuggyTxn extends Between {
            /** What is done after the commit. */
            private final List<Consumer<Txn>> afterwards = new ArrayList<>();

            BuggyTxn(Txn txn) {
                super(txn);
            }

            @Override
            public void check(byte[] key) {
                if (bug != ANCESTORS_CHECKED_BEFORE_LOCKING || !is(key, RowKey.Inode.class)) {
                    super.check(key);
                }
            }

            @Override
            public void delete(byte[] key) {
                if (bug == REMOVED_WITHOUT_EMPTINESS_GUARD && is(key, RowKey.Directory.class)) {
                    afterwards.add(later -> later.delete(key));
                } else {
                    super.delete(key);
                }
            }

            @Override
            public void add(byte[] key, List<CounterRecord.Delta> deltas) {
                if (bug == QUOTA_OUTSIDE_THE_TRANSACTION && is(key, RowKey.Usage.class)) {
                    afterwards.add(later -> later.add(key, deltas));
                } else {
                    super.add(key, deltas);
                }
            }

            @Override
            public void put(byte[] key, byte[] value) {
                // Only over an inode that is there: a new one must not be missing meanwhile, that would be another bug.
                if (bug == LINK_COUNT_OUTSIDE_THE_TRANSACTION && is(key, RowKey.Inode.class) && txn.get(key) != null) {
                    afterwards.add(later -> {
                        if (later.get(key) != null) {
                            later.put(key, value);
                        }
                    });
                } else {
                    super.put(key, value);
                }
            }

            @Override
            public CommitOutcome commit() {
                CommitOutcome outcome = super.commit();
                if (outcome instanceof CommitOutcome.Committed) {
                    for (Consumer<Txn> write : afterwards) {
                        boolean done = false;
                        while (!done) {
                            beforeCall();
                            try (Txn later = store.begin()) {
                                write.accept(later);
                                CommitOutcome late = later.commit();
                                done = !(late instanceof CommitOutcome.Conflict);
                            }
                        }
                    }
                }
                return outcome;
            }
        }
    }
}
