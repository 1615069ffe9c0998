package io.nokv.kv.store;

import io.nokv.control.time.Timestamp;

/** Hears of annotated commits, in timestamp order, once they are durable, one at a time. Must not wait. */
public interface CommitListener {
    void committed(Timestamp commitTs, byte[] annotation);
}
