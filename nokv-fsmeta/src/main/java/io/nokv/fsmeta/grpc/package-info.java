/**
 * The gRPC server of the namespace. Start at {@link io.nokv.fsmeta.grpc.FsmetaGrpcServer}; it translates and nothing
 * more: every rule of the namespace is in {@link io.nokv.fsmeta.api.Namespace}, every translation in
 * {@link io.nokv.fsmeta.grpc.wire}.
 *
 * <pre>
 *   Netty event loop                     virtual threads
 *   ----------------                     ---------------
 *   unary:    parse request; answer a point read if memory has it
 *             anything else  ---------&gt;  one per call: namespace, answer
 *   pipeline: parse message; answer the point reads that memory has
 *             anything else  ---------&gt;  one per 64 point reads, one per other call
 *                                          answers -&gt; queue -&gt; whoever comes first sends all that wait
 *   watch:    parse request  ---------&gt;  one per watch: events -&gt; stream, while the client reads
 * </pre>
 *
 * Invariants: an event loop never waits for the namespace
 * ({@link io.nokv.base.system.WaitFree}); every request is admitted before it gets a thread and is
 * counted exactly once under its own name; a call whose client is gone is not started; memory per connection is bounded
 * (calls per connection, unanswered calls per pipeline, bytes per page, bytes per message); answers name no files,
 * classes or addresses of the server.
 *
 * <p>Threads: everything public is thread-safe. This package runs outside the simulated core and may use threads.
 */
package io.nokv.fsmeta.grpc;
