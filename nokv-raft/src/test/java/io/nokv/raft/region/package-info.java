/** Tests. */
package io.nokv.raft.region;
