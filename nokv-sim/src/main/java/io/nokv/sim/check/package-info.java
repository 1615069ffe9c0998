/**
 * Checkers of histories: what clients saw, against what the promises allow. Start at {@link
 * io.nokv.sim.check.Linearizability} (any sequential model, operations with unknown outcome allowed), {@link
 * io.nokv.sim.check.NamespaceModel} (the namespace as such a model) and {@link io.nokv.sim.check.SnapshotIsolation}
 * (transactions with known versions). A {@link io.nokv.sim.check.History} is where clients write down what they do.
 *
 * <p>Checkers know nothing of how the system works, share no code with it beyond its public types, and are tested with
 * histories they must reject. Not thread-safe; the simulator has one thread, real threads use {@link
 * io.nokv.sim.check.History}, which is.
 */
package io.nokv.sim.check;
