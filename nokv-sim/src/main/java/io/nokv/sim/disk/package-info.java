/**
 * A disk that takes time, fails, lies and loses power. Start at {@link io.nokv.sim.disk.SimDisk}, the medium that
 * outlives processes; {@link io.nokv.sim.disk.FaultyVfs} is what one process sees of it; {@link
 * io.nokv.sim.disk.FaultPlan} says which call fails and how.
 *
 * <p>What is modelled: time per call (the calling flow is suspended, others run), EIO, ENOSPC, short reads and writes,
 * bits that rot in stored bytes, a sync that fails and afterwards pretends to work, a power cut before or after any call
 * with everything that un-synced bytes and names may become then, and the death of a process without a power cut.
 *
 * <p>Threads: the simulator's one. Every call is in the trace, writes with a hash of their bytes.
 */
package io.nokv.sim.disk;
