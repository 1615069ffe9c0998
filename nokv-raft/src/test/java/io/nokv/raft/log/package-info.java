/** Tests. */
package io.nokv.raft.log;
