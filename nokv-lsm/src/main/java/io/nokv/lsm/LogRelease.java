package io.nokv.lsm;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.List;

/**
 * Forgets what neither the engine nor a channel needs of the log, once the manifest does not ask for it any more. Used by
 * one flow at a time.
 */
final class LogRelease {
    private final WriteAheadLog log;
    private final Installer installer;
    private final Shared shared;
    private final Counters counters;
    /** Log segments below this one are gone. */
    private volatile long forgotten;

    LogRelease(WriteAheadLog log, Installer installer, Shared shared, Counters counters) {
        this.log = log;
        this.installer = installer;
        this.shared = shared;
        this.counters = counters;
        this.forgotten = installer.logMark().firstSegment();
    }

    boolean hasWork() {
        long first = installer.logMark().firstSegment();
        return log.firstNeeded() > first || first > forgotten;
    }

    /** False when there is nothing to forget. A file that cannot be deleted is left to the next opening. */
    boolean releaseOnce() {
        long first = log.firstNeeded();
        if (first > installer.logMark().firstSegment()) {
            installer.install(new VersionEdit(List.of(), List.of(), new VersionEdit.LogMark(first, 0), 0), null);
        }
        long needed = installer.logMark().firstSegment();
        if (needed <= forgotten) {
            return false;
        }
        try {
            log.forget(needed);
        } catch (NokvException _) {
            counters.failedDeletions.increment();
        }
        forgotten = needed;
        return true;
    }

    /**
     * The log has become long: what keeps its oldest segments goes into tables. Called by whoever writes the log; true when
     * there is something to flush.
     */
    boolean letGo() {
        return !shared.current().waiting().isEmpty() || shared.letGoOfLog();
    }
}
