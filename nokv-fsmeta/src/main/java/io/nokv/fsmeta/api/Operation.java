package io.nokv.fsmeta.api;

/** One step of {@link Namespace#transact}. */
public sealed interface Operation permits Mutation, Query {
    String mount();
}
