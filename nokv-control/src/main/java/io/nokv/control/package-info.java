/**
 * The control plane as its clients see it: timestamps ({@link io.nokv.control.time.TimestampOracle}), identifiers
 * ({@link io.nokv.control.id.IdAllocator}) and routes ({@link io.nokv.control.route.RouteTable}). Here they are local;
 * the ports are those a coordinator serves from elsewhere. What is handed out is bounded by a fence
 * ({@link io.nokv.control.Fence}) that was durable before, so nothing repeats after a crash.
 */
package io.nokv.control;
