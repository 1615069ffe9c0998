package io.nokv.benchmark.group;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass while something outside of this process gets ready. */
public final class Pause {
    private Pause() {}

    /** About so long; may end early. */
    public static void millis(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
