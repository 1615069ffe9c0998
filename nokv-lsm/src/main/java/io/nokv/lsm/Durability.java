package io.nokv.lsm;

/** What an acknowledged write survives. */
public enum Durability {
    /** Nothing: it may still sit in this process. */
    BUFFERED,
    /** The end of this process: it is with the operating system. */
    FLUSHED,
    /** Power loss: it was synced. The default everywhere. */
    FSYNC
}
