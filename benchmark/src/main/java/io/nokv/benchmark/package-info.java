/** Workload benchmarks against peers. */
package io.nokv.benchmark;
