package io.nokv.lsm;

/** A write that has its place in the log: it is ordered and visible to {@link Engine} readers, and on its way to disk. */
public interface WriteTicket {
    /** The engine sequence number of the batch; larger means later in the log. */
    long sequence();

    /** Waits until the batch, and with it every earlier one, survives power loss. Throws when the log failed. */
    void awaitDurable();
}
