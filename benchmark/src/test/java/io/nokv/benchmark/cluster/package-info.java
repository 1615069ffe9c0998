/** Clusters of real processes under faults. */
package io.nokv.benchmark.cluster;
