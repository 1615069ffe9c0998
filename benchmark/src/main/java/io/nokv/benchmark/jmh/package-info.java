/**
 * Single operations of the storage engine under JMH, with what each allocates: {@link io.nokv.benchmark.jmh.ReadPath} has them,
 * {@link io.nokv.benchmark.jmh.JmhBenchmark} runs them. Figures of one operation in a loop, with everything in memory, say what
 * code costs; how a store behaves under load is what {@code io.nokv.benchmark.engine} measures.
 */
package io.nokv.benchmark.jmh;
