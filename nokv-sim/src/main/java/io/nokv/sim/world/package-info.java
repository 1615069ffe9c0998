/**
 * The world: virtual time, flows of control, nodes, their clocks, and the network between them. Start at
 * {@link io.nokv.sim.world.World}; {@link io.nokv.sim.world.SimNode} is one life of one process with its
 * {@link io.nokv.base.port.Ports}; {@link io.nokv.sim.world.Trace} is what happened.
 *
 * <p>Threads: one. A flow is a coroutine ({@code jdk.internal.vm.Continuation}) that runs until it waits; the world then
 * picks the next by its seed. Code under test must not hold a lock while it waits; since all flows share one thread
 * the lock would be re-entered unseen, so {@link io.nokv.sim.world.World#watchLocks} looks for it. Time moves when every flow waits, and a little with every step.
 *
 * <p>Invariants: no decision depends on anything but the seed; a node that was killed never runs again; every decision
 * is in the trace.
 */
package io.nokv.sim.world;
