/**
 * One deterministic world for the production code: one thread, one seed, virtual time, coroutines, a disk and a network
 * that misbehave on request, and checkers for the histories that come out. Start at {@link io.nokv.sim.world.World},
 * {@link io.nokv.sim.disk.FaultyVfs} and {@link io.nokv.sim.check.Linearizability}.
 *
 * <p>The same seed and the same program give the same trace, event by event; the trace is folded into one hash, so two
 * runs are compared by one number. Nothing here is used in production; the module is on the class path of tests only.
 */
package io.nokv.sim;
