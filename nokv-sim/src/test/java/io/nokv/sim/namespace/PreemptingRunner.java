package io.nokv.sim.namespace;

import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;

/** Lets other flows run between the reads of a transaction and before its commit, as other cores would. */
class PreemptingRunner extends BetweenRunner {
    final SimNode node;
    private final SimEntropy random;
    private final double often;

    /** How often is drawn: never, now and then, or at every second call. */
    PreemptingRunner(TxnRunner store, SimNode node) {
        this(store, node, new double[]{0, 0.1, 0.5}[node.entropy().fork("rate").nextInt(3)]);
    }

    PreemptingRunner(TxnRunner store, SimNode node, double often) {
        super(store);
        this.node = node;
        this.random = node.entropy().fork("preemption");
        this.often = often;
    }

    @Override
    void beforeCall() {
        if (random.chance(often)) {
            node.scheduler().pause(random.between(0, 100_000));
        }
    }
}
