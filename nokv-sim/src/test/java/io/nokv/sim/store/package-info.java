/** Simulated clusters of region stores. */
package io.nokv.sim.store;
