package io.nokv.fsmeta.api;

/** A namespace tree. Times are milliseconds since the epoch; {@code retiredAtMillis} is 0 while active. Retirement is final. */
public record Mount(String name, long rootInode, int schemaVersion, State state, long registeredAtMillis,
        long retiredAtMillis) {
    public enum State {
        ACTIVE, RETIRED
    }
}
