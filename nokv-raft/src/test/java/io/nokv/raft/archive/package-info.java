/** Archives of regions: what comes back, and what is refused. */
package io.nokv.raft.archive;
