package io.nokv.sim.check;

/**
 * What a thing does when asked one operation at a time.
 *
 * @param <S> a state; immutable, with equals and hashCode
 * @param <C> a call
 * @param <R> an answer
 */
public interface SequentialModel<S, C, R> {
    S initial();

    /**
     * The state after {@code operation} in {@code state} when it answers as it did; null when it cannot answer so. For an
     * unknown outcome: the state when it took effect, null when it can have none.
     */
    S step(S state, Operation<C, R> operation);
}
