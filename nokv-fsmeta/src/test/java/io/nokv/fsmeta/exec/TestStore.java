package io.nokv.fsmeta.exec;

import io.nokv.base.port.Ports;
import io.nokv.fsmeta.runtime.KvTxnRunner;
import io.nokv.fsmeta.txn.ReferenceTxnRunner;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.MemVfs;

/** The stores every story of the namespace is told over. */
public enum TestStore {
    /** The sorted map that is right by inspection. */
    REFERENCE {
        @Override
        public TxnRunner open(Ports ports) {
            return new ReferenceTxnRunner(ports);
        }

        @Override
        public void collect(NamespaceUnderTest fs) {
            ((ReferenceTxnRunner) fs.runner).collect();
        }
    },
    /** Our own transaction layer and engine, in memory. */
    KV {
        @Override
        public TxnRunner open(Ports ports) {
            Ports withDisk = new Ports(ports.clock(), ports.entropy(), ports.scheduler(), new MemVfs());
            return KvTxnRunner.open("data", EngineOptions.defaults(), KvOptions.defaults(), withDisk);
        }

        @Override
        public void collect(NamespaceUnderTest fs) {
            fs.clock.passMillis(KvOptions.defaults().retentionMillis() + 1);
            ((KvTxnRunner) fs.runner).kv().collectGarbage();
        }
    };

    public abstract TxnRunner open(Ports ports);

    /** Moves the safe point as far as it may go, by moving the clock if need be. */
    public abstract void collect(NamespaceUnderTest fs);

    public NamespaceUnderTest namespace() {
        return NamespaceUnderTest.open(this::open);
    }
}
