package io.nokv.raft.store;

import io.nokv.base.port.Promise;

/** Where ids of new regions and peers come from. Thread-safe. */
public interface Ids {
    /** {@code count} ids, positive, and never given to anybody else in this cluster. Fails when there are none to be had now. */
    Promise<long[]> take(int count);
}
