/** Measurements of the region store; its tests are in the simulator. */
package io.nokv.raft.store;
