package io.nokv.raft.transport;

/**
 * Where the stores of the cluster are. Asked anew for every attempt to connect, so a store that moved is found at the next
 * one. Thread-safe; never waits.
 */
@FunctionalInterface
public interface StoreAddresses {
    /** {@code host:port} (an IPv6 address in brackets), or null when nobody knows. */
    String addressOf(long store);
}
