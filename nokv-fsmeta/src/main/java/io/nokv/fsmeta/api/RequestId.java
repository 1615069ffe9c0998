package io.nokv.fsmeta.api;

/** Chosen by the client, unique per mutation: a retry with the same id gets the first answer for at least 10 minutes. */
public record RequestId(long high, long low) {}
