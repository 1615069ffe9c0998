/** The logs of a store's replicas on a disk that fails, beside naive ones. */
package io.nokv.sim.raftlog;
