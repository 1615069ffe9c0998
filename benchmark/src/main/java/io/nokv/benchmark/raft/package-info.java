/**
 * Our replicas beside etcd, Apache Ratis and SOFAJRaft: three of each on this machine, all of them durable. Start at {@link
 * io.nokv.benchmark.raft.RaftBenchmark}, which runs each system in a process of its own and prints what they measured beside
 * each other.
 */
package io.nokv.benchmark.raft;
