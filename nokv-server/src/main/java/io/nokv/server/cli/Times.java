package io.nokv.server.cli;

import java.time.Instant;

/** Moments for people: ISO 8601, UTC. */
final class Times {
    private Times() {}

    /** Null for 0, which means "not yet". */
    static String ofMillis(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
