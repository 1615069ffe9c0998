package io.nokv.fsmeta.grpc;

/** Answers one kind of request; may wait. Whatever it throws becomes the failure of the call. */
@FunctionalInterface
interface Handler<Q, R> {
    R handle(Q request);
}
