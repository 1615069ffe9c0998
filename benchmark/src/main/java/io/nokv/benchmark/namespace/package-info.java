/**
 * The namespace workloads and their targets. {@link io.nokv.benchmark.namespace.NamespaceBenchmark} runs every workload
 * against every target in turn, in one run on one machine, and prints one table with the ratios to PostgreSQL.
 * A {@link io.nokv.benchmark.namespace.Target} is a system under test; a {@link io.nokv.benchmark.namespace.Session} is
 * one client of it and belongs to one thread. All targets are durable: an operation returns when it survives power loss.
 */
package io.nokv.benchmark.namespace;
