/** Tests. */
package io.nokv.raft.wire;
