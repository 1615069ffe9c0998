/** Real networks on loopback. */
package io.nokv.raft.transport;
