/**
 * Our replicas beside etcd, Apache Ratis and SOFAJRaft: three of each on this machine, all of them durable. Start at {@link
 * io.nokv.benchmark.raft.RaftBenchmark}, which runs each system in a process of its own and prints what they measured beside
 * each other; {@code FailOver} kills leaders, {@code Move} moves a large region, both with {@code Members}, stores of ours as real
 * processes.
 */
package io.nokv.benchmark.raft;
