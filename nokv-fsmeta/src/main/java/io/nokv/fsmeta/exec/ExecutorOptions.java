package io.nokv.fsmeta.exec;

import io.nokv.base.error.NokvException;

/**
 * Knobs of the executor.
 *
 * @param attempts how often a change that meets conflicts is run before CONFLICT, at least 1
 * @param backoffMicros the longest pause before the second run; doubles up to 64 times that; the pause is random below it
 * @param groupWindow how many directory numbers are reserved with one durable write, at least 1
 * @param trackedDirectories for how many directories the next inode number is kept in memory, at least 1
 * @param requestTtlMillis how long the answer to a request id is remembered
 * @param watchEvents how many past commits watchers can resume over, at least 1
 * @param watchBytes how many bytes of past commits are kept at most
 */
public record ExecutorOptions(int attempts, long backoffMicros, int groupWindow, int trackedDirectories,
        long requestTtlMillis, int watchEvents, int watchBytes) {
    public static final ExecutorOptions DEFAULT = new ExecutorOptions(64, 200, 1_024, 65_536, 15 * 60_000L, 65_536,
            16 << 20);

    public ExecutorOptions {
        if (attempts < 1 || backoffMicros < 1 || groupWindow < 1 || trackedDirectories < 1 || requestTtlMillis < 1
                || watchEvents < 1 || watchBytes < 1) {
            throw NokvException.invalid("executor options must be positive");
        }
    }
}
