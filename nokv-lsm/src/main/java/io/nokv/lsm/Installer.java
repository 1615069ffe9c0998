package io.nokv.lsm;

import io.nokv.base.port.Scheduler;
import io.nokv.lsm.compact.LevelPicker;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The one place where the set of tables changes: one edit at a time, durable first, then shown. Thread-safe. */
final class Installer {
    private final Shared shared;
    private final Manifest manifest;
    private final AtomicLong nextNumber;
    private final LevelPicker picker;
    private final WriteThrottle throttle;
    private final Consumer<TableMeta> obsolete;
    /** Held while the manifest is written and the version it describes is installed. */
    private final FlowLock installing;
    /** Written under {@code installing}. */
    private volatile VersionEdit.LogMark logMark;

    /** @param obsolete is told of each table that nothing names any more */
    Installer(Scheduler scheduler, Shared shared, Recovery.Opened opened, LevelPicker picker, WriteThrottle throttle,
            Consumer<TableMeta> obsolete) {
        this.shared = shared;
        this.manifest = opened.manifest();
        this.nextNumber = opened.nextNumber();
        this.logMark = opened.mark();
        this.picker = picker;
        this.throttle = throttle;
        this.obsolete = obsolete;
        this.installing = new FlowLock(scheduler);
        throttle.installed(shared.current().version(), picker.targets(shared.current().version()));
    }

    /**
     * Makes the edit durable, then shows the version it leads to. Waits for other edits.
     *
     * @param flushed the memtable that the edit brings into a table, or null
     */
    void install(VersionEdit edit, ReadState.Full flushed) {
        installing.enter();
        try {
            Version before = shared.current().version();
            Version next = before.apply(edit, obsolete);
            // Marks only move forward, whoever comes first.
            VersionEdit.LogMark mark = edit.log() == null ? logMark : edit.log().orLater(logMark);
            VersionEdit marked = new VersionEdit(edit.added(), edit.removed(), edit.log() == null ? null : mark,
                    edit.nextNumber());
            manifest.append(marked, () -> new VersionEdit(next.asAdded(), List.of(), mark, nextNumber.get()),
                    nextNumber::getAndIncrement);
            logMark = mark;
            shared.install(next, flushed);
            throttle.installed(next, picker.targets(next));
            before.release();
        } finally {
            installing.exit();
        }
    }

    /** Gives tables their place in the order of writes; see {@link Shared#adopt}. */
    long adopt(List<TableMeta> tables, TableStore store) {
        installing.enter();
        try {
            Version before = shared.current().version();
            long sequence = shared.adopt(tables, store, obsolete);
            before.release();
            return sequence;
        } finally {
            installing.exit();
        }
    }

    /** A version, held, and the batches that its tables make up: all up to {@code flushedSequence}, and no other. */
    record Settled(Version version, long flushedSequence) {}

    /** The newest version with what belongs to it; the caller releases it. */
    Settled holdSettled() {
        installing.enter();
        try {
            return new Settled(shared.hold().version(), logMark.flushedSequence());
        } finally {
            installing.exit();
        }
    }

    /** What the manifest says of the log. */
    VersionEdit.LogMark logMark() {
        return logMark;
    }

    long manifestBytes() {
        return manifest.bytes();
    }

    /** To be called when no flow installs any more. */
    void close() {
        manifest.close();
    }
}
