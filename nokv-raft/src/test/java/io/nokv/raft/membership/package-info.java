/** Tests. */
package io.nokv.raft.membership;
