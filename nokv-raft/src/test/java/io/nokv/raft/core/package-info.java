/** Tests. */
package io.nokv.raft.core;
