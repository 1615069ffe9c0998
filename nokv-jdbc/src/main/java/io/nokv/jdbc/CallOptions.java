package io.nokv.jdbc;

/**
 * What a request carries beside Avatica's protocol.
 *
 * @param timeoutMillis limit for the statement that the request executes; 0 for none
 * @param maxRows rows after which the query that the request executes ends; 0 for all
 * @param networkTimeoutMillis how long to wait for the answer; 0 for as long as it takes
 * @param mayChange whether the request may change the database: it executes a statement or ends a transaction
 */
public record CallOptions(long timeoutMillis, long maxRows, long networkTimeoutMillis, boolean mayChange) {
    /** No limits, and no change. */
    public static final CallOptions NONE = new CallOptions(0, 0, 0, false);
}
