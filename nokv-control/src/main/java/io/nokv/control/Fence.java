package io.nokv.control;

/**
 * One durable number: everything handed out lies at or below it, so a successor starts above. One writer at a time.
 * Failures are {@link io.nokv.base.error.NokvException}.
 */
public interface Fence {
    /** The number last saved, or 0. */
    long load();

    /** Replaces the number; it survives power loss when this returns. Waits. */
    void save(long value);
}
