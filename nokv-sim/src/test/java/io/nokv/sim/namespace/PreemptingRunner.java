package io.nokv.sim.namespace;

import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;

/** Lets other flows run between the reads of a transaction and before its commit, as other cores would. */
class PreemptingRunner extends BetweenRunner {
    final SimNode node;
    private final SimEntropy random;
    private final double often;

    PreemptingRunner(TxnRunner store, SimNode node) {
        super(store);
        this.node = node;
        this.random = node.entropy().fork("preemption");
        double[] rates = {0, 0.1, 0.5};
        this.often = rates[random.nextInt(rates.length)];
    }

    @Override
    void beforeCall() {
        if (random.chance(often)) {
            node.scheduler().pause(random.between(0, 100_000));
        }
    }
}
