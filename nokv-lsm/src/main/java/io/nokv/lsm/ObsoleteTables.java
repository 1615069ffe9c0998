package io.nokv.lsm;

import io.nokv.lsm.table.TableMeta;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Tables that no version names any more and whose files wait to be deleted. Thread-safe. */
final class ObsoleteTables {
    private final ConcurrentLinkedQueue<TableMeta> queue = new ConcurrentLinkedQueue<>();
    private volatile Runnable onArrival = () -> {};

    /** @param action is run on whichever flow releases a table; must be cheap */
    void onArrival(Runnable action) {
        onArrival = action;
    }

    void add(TableMeta table) {
        queue.add(table);
        onArrival.run();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Null when there is none. */
    TableMeta poll() {
        return queue.poll();
    }
}
