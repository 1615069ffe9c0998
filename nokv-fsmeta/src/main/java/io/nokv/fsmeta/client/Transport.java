package io.nokv.fsmeta.client;

/** Carries exchanges. Each {@link #send} ends in exactly one of answered, refused or lost of the exchange. Thread-safe. */
interface Transport extends AutoCloseable {
    /** Sends (once more); never waits. */
    void send(Exchange<?, ?> exchange);

    /** Whatever is under way is lost. */
    @Override
    void close();
}
