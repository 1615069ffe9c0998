/** The logs of a store's replicas, kept by hand. */
package io.nokv.raft.storage;
