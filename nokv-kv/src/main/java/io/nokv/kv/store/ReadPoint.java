package io.nokv.kv.store;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import java.util.Arrays;

/**
 * What a reader may see: versions at or below a timestamp. Knows the transactions under way that were found to commit
 * above it, if ever; their locks do not hold it up. Immutable.
 */
public final class ReadPoint {
    private static final Timestamp[] NONE = {};

    private final Timestamp at;
    private final Timestamp[] passed;

    public ReadPoint(Timestamp at) {
        this(at, NONE);
    }

    private ReadPoint(Timestamp at, Timestamp[] passed) {
        this.at = at;
        this.passed = passed;
    }

    public Timestamp at() {
        return at;
    }

    /** As this one, and not held up by the transaction that started at {@code startTs}. */
    public ReadPoint passing(Timestamp startTs) {
        Timestamp[] more = Arrays.copyOf(passed, passed.length + 1);
        more[passed.length] = startTs;
        return new ReadPoint(at, more);
    }

    /** Whether the transaction behind {@code lock} may yet commit at or below this point. */
    public boolean isHeldUpBy(LockRecord lock) {
        if (lock.startTs().isAfter(at) || lock.minCommitTs().isAfter(at)) {
            return false;
        }
        for (Timestamp startTs : passed) {
            if (startTs.equals(lock.startTs())) {
                return false;
            }
        }
        return true;
    }
}
