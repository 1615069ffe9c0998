package io.nokv.sql.exec;

import io.nokv.sql.error.SqlState;

/** Versions are hybrid timestamps: milliseconds above a logical counter. */
public final class VersionTime {
    /** Bits of a version below the milliseconds. */
    static final int LOGICAL_BITS = 18;

    private VersionTime() {}

    /** The version at which everything committed up to the end of {@code millis} is visible; NSFUT when that has not passed. */
    static long versionAsOf(long millis, long latest) {
        long latestMillis = latest >>> LOGICAL_BITS;
        if (millis > latestMillis) {
            throw SqlState.VERSION_IN_FUTURE.failure("FOR SYSTEM_TIME AS OF a time in the future: "
                    + java.time.Instant.ofEpochMilli(millis));
        }
        if (millis < 0) {
            throw SqlState.VERSION_TOO_OLD.failure("FOR SYSTEM_TIME AS OF a time before the epoch");
        }
        return Math.min(latest, (millis + 1 << LOGICAL_BITS) - 1);
    }
}
