/**
 * The one translation between the namespace's own types ({@link io.nokv.fsmeta.api}) and the messages of
 * {@code nokv.fsmeta.v1}, used by the gRPC server and by its client.
 *
 * <p>Start at {@link io.nokv.fsmeta.grpc.wire.Rpc}, the table of all calls with their descriptors, kinds and places in the
 * pipeline; {@link io.nokv.fsmeta.grpc.wire.WireValues} and {@link io.nokv.fsmeta.grpc.wire.WireRequests} translate answers and
 * requests, {@link io.nokv.fsmeta.grpc.wire.WireErrors} maps {@link io.nokv.fsmeta.api.Reason} to statuses and back.
 *
 * <p>Invariants: every translation is total (a value of ours always has a message; a message that is no value of ours is
 * refused with INVALID_ARGUMENT by name, never guessed), and each direction undoes the other. Everything here is
 * stateless and safe for any thread; nothing blocks.
 */
package io.nokv.fsmeta.grpc.wire;
