package io.nokv.fsmeta.exec;

import io.nokv.base.port.Ports;
import io.nokv.fsmeta.txn.TxnRunner;

/** The parts of one open namespace, handed to whoever works on it. All thread-safe. */
final class Core {
    final TxnRunner runner;
    final Ports ports;
    final ExecutorOptions options;
    final ExecutorCounters counters = new ExecutorCounters();
    final Attempts attempts;
    final Mounts mounts;
    final InodeNumbers numbers;
    final Quotas quotas;
    final Snapshots snapshots;

    Core(TxnRunner runner, Ports ports, ExecutorOptions options) {
        this.runner = runner;
        this.ports = ports;
        this.options = options;
        this.attempts = new Attempts(runner, ports, options, counters);
        this.mounts = new Mounts(ports, attempts, counters);
        this.numbers = new InodeNumbers(runner, ports.scheduler(), attempts, options);
        this.quotas = new Quotas(this);
        this.snapshots = new Snapshots(this);
    }
}
