package io.nokv.base.port;

/**
 * One suspended flow of control: a thread in production, a coroutine in simulation. The only primitive that blocks;
 * used by {@link Promise}, by nothing else.
 */
public interface Waiter {
    /** Suspends the calling flow until {@link #unpark()}; may return early, so callers loop over their condition. */
    void park();

    /** Lets the flow go on; may come before {@link #park()}, which then returns at once. Callable from anywhere. */
    void unpark();
}
