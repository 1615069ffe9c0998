/**
 * The network between stores, {@link io.nokv.base.port.Net} over gRPC. Start at {@link io.nokv.raft.transport.GrpcNet}.
 *
 * <pre>
 * send -&gt; Peer -&gt; Outlet (a bounded queue per store and lane) -&gt; Link (a connection of its own) ~~~~
 *                                                                                                v
 * Net.Inbox &lt;- Inlet (one message at a time per sender) &lt;------------------------------- CarryHandler
 * </pre>
 *
 * <p>Every lane to every store has its own queue, connection and stream, so nothing waits behind another lane or a store that
 * hangs. A lane connects with its first message, and says who it is and whom it means; {@link
 * io.nokv.raft.transport.Refusal} has what can be wrong with that. When it breaks, what waits is dropped and counted, and
 * until a jittered backoff is over so is everything sent: consensus repeats what matters, and old messages help nobody.
 *
 * <p>Every message that this side knows to be lost is counted under a {@link io.nokv.raft.transport.DropReason}; {@link
 * io.nokv.raft.transport.TransportStats} shows all counters. {@link io.nokv.raft.transport.LinkFaults} makes links bad for
 * tests.
 *
 * <p>Threads: one or a few event loops do everything, delivery to the listener included; none of them waits. Senders touch a
 * queue and wake a loop. A lane belongs to one loop.
 */
package io.nokv.raft.transport;
