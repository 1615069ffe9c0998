/**
 * The typed client of the gRPC service. Start at {@link io.nokv.fsmeta.client.NamespaceClient}: it is a
 * {@link io.nokv.fsmeta.api.Namespace} whose every answer and refusal is what the embedded one would give, plus the ways
 * a network can fail.
 *
 * <p>One call is an {@code Exchange}; a {@code Transport} carries it, either as a gRPC call of its own or multiplexed with
 * the calls of all other threads over one pipeline stream. The exchange, not the transport, decides what a loss means:
 * <ul>
 * <li>a read is repeated;
 * <li>a change is repeated only under the same request id, so that it happens once;
 * <li>a change that may have arrived and whose fate stays unknown is UNKNOWN_OUTCOME, never a plain failure.
 * </ul>
 *
 * <p>Threads: everything public is thread-safe. Each client does its work on one event loop thread, which other clients
 * of the process may share ({@code ClientLoops}) and which never runs code of the caller: futures complete on the callback executor. Outside the simulated core, so threads are used directly.
 */
package io.nokv.fsmeta.client;
