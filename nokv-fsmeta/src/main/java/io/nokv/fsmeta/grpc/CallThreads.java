package io.nokv.fsmeta.grpc;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/** The threads that answer calls, one a task. Thread-safe. */
record CallThreads(ExecutorService threads) {
    /** What a call is told that comes while the server closes. */
    static final String CLOSING = "the server is shutting down; the call was not started";

    /** Whether {@code task} will run: false when the server closes, and then the caller answers its call. */
    boolean start(Runnable task) {
        try {
            threads.execute(task);
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }
}
