/**
 * Our storage engine beside RocksDB (through its Java binding) and H2's MVStore, tuned alike, in one run. Start at
 * {@link io.nokv.benchmark.engine.EngineBenchmark}; what all targets are given is in
 * {@link io.nokv.benchmark.engine.Sizing}. All targets of a workload are loaded first and measured in turn, so that what
 * disturbs the machine disturbs each of them alike.
 */
package io.nokv.benchmark.engine;
