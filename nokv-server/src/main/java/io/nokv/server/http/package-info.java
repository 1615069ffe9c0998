/**
 * The operator's door: {@link io.nokv.server.http.OperatorEndpoint} answers {@code GET} on {@code /healthz},
 * {@code /readyz}, {@code /metrics} (Prometheus text) and {@code /debug/vars} (JSON). It takes nothing but the path, so
 * there is nothing to post, and it shows counts, never names or paths of users' data.
 *
 * <p>What is shown comes as {@link io.nokv.server.http.StatsGroup}s: a name and a supplier of a record of numbers, nested
 * as deep as its owner likes. Each request asks the suppliers anew, on a virtual thread of its own.
 */
package io.nokv.server.http;
