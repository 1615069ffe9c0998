/** Snapshots on their way between stores, over a bad network and onto disks that lose power and fail. */
package io.nokv.sim.snapshot;
