package io.nokv.lsm;

import io.nokv.lsm.vlog.ValueFileMeta;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Value files that no version names any more and whose files wait to be deleted. Thread-safe. */
final class ObsoleteValues {
    private final ConcurrentLinkedQueue<ValueFileMeta> queue = new ConcurrentLinkedQueue<>();
    private volatile Runnable onArrival = () -> {};

    /** @param action is run on whichever flow releases a file; must be cheap */
    void onArrival(Runnable action) {
        onArrival = action;
    }

    void add(ValueFileMeta file) {
        queue.add(file);
        onArrival.run();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Null when there is none. */
    ValueFileMeta poll() {
        return queue.poll();
    }
}
