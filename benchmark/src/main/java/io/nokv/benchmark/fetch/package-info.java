/** How fast rows reach a JDBC client: {@link io.nokv.benchmark.fetch.BulkFetch} compares our driver with Avatica's own. */
package io.nokv.benchmark.fetch;
