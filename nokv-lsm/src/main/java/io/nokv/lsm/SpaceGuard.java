package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.SpaceShortage.Work;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Looks for space before it is needed: jobs do not begin unless there is room for what they may write, and writers are
 * refused while there is still room for the log to take what it took on. Thread-safe.
 */
final class SpaceGuard {
    /** A job found no space and left nothing behind. The manifest is another matter: what fails there ends writing. */
    static final class NoSpace extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient NokvException full;

        private NoSpace(NokvException full) {
            super(full);
            this.full = full;
        }

        NokvException full() {
            return full;
        }
    }

    private final LongSupplier freeBytes;
    /** What writers and jobs leave free, for the log and the manifest. */
    private final long reservedBytes;
    private final SpaceShortage shortage;
    private final Progress progress;
    /** What running jobs may still write. */
    private final AtomicLong promisedBytes = new AtomicLong();
    private final AtomicLong bytesSinceLook = new AtomicLong(Long.MAX_VALUE / 2);

    /** @param freeBytes what the device has left; whoever cannot tell answers Long.MAX_VALUE */
    SpaceGuard(Scheduler scheduler, LongSupplier freeBytes, long reservedBytes, Progress progress) {
        this.freeBytes = freeBytes;
        this.reservedBytes = reservedBytes;
        this.shortage = new SpaceShortage(scheduler);
        this.progress = progress;
    }

    /**
     * Carries out {@code job} if there is room for {@code bytes}, which nobody else is given meanwhile. NoSpace when there
     * is none, or when the job found none.
     */
    <T> T within(String name, long bytes, Supplier<T> job) {
        promisedBytes.addAndGet(bytes);
        try {
            requireFree(name);
            return job.get();
        } catch (NokvException e) {
            throw e.code() == FailureCode.NO_SPACE ? new NoSpace(e) : e;
        } finally {
            promisedBytes.addAndGet(-bytes);
        }
    }

    /** NO_SPACE unless there is room for the reserve and for what jobs may write. */
    private void requireFree(String purpose) {
        long free = freeBytes.getAsLong();
        long needed = reservedBytes + promisedBytes.get();
        if (free < needed) {
            throw new NokvException(FailureCode.NO_SPACE,
                    "no space for " + purpose + ": " + free + " bytes are free, " + needed + " are needed");
        }
    }

    /**
     * NO_SPACE while the device is full. Looks at it once in a while: between two looks writers take at most a part of the
     * reserve.
     */
    void requireForWrite(long bytes) {
        shortage.check();
        if (bytesSinceLook.addAndGet(bytes) > reservedBytes / 8) {
            bytesSinceLook.set(0);
            lookForWrites();
            shortage.check();
        }
    }

    private void lookForWrites() {
        try {
            requireFree("writes");
            goesOn(Work.WRITES);
        } catch (NokvException full) {
            shortage.met(Work.WRITES, full, this::lookForWrites);
        }
    }

    /** {@code work} found no space; {@code again} is run after a pause. */
    void met(Work work, NoSpace found, Runnable again) {
        shortage.met(work, found.full, again);
    }

    /** Whether {@code work} is between two tries. */
    boolean rests(Work work) {
        return shortage.rests(work);
    }

    /** {@code work} found space. */
    void goesOn(Work work) {
        if (shortage.over(work)) {
            progress.signal();
        }
    }

    /** Why no writes are taken at present, or null. */
    NokvException refusal() {
        return shortage.refusal();
    }

    /** NO_SPACE while anything waits for space. */
    void check() {
        shortage.check();
    }

    /** Nothing is tried again. */
    void close() {
        shortage.close();
    }
}
