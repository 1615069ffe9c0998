/**
 * Three replicas of one log and clients that write to it, in a process of its own: {@link
 * io.nokv.benchmark.group.GroupMain} starts a {@link io.nokv.benchmark.group.Group}, lets {@link
 * io.nokv.benchmark.group.ClosedLoop} measure it, and prints a line for each cell, which `./nokv benchmark raft` reads.
 *
 * <p>Apart from the peers this package depends on nothing: the benchmark of our own replicas uses it with other versions of the
 * libraries that the peers bring.
 */
package io.nokv.benchmark.group;
