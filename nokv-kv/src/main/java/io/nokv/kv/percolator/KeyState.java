package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.WriteRecord;

/** The latest state of the keys of a request, held still while it is judged. */
public interface KeyState {
    /** The lock on a key, or null. */
    LockRecord lock(byte[] key);

    /** The newest version of a key, deletions included, evidence skipped; null when there is none. */
    WriteRecord newest(byte[] key);

    /** What the transaction that started at {@code startTs} left on a key, rollbacks included; or null. */
    WriteRecord ofTransaction(byte[] key, Timestamp startTs);

    /** The value of a PUT or ADD. */
    byte[] valueOf(byte[] key, WriteRecord record);

    /** Milliseconds since the epoch; never behind any timestamp handed out before. */
    long nowMillis();
}
