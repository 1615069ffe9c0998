/** Tests. */
package io.nokv.raft.quorum;
