package io.nokv.lsm;

import io.nokv.base.port.Scheduler;
import io.nokv.lsm.compact.LevelPicker;
import io.nokv.lsm.compact.LevelTargets;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueFileSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The one place where the set of tables and value files changes: one edit at a time, durable first, then shown. Thread-safe. */
final class Installer {
    private final Shared shared;
    private final Manifest manifest;
    private final AtomicLong nextNumber;
    private final LevelPicker picker;
    private final WriteThrottle throttle;
    private final WritePace pace;
    private final Consumer<TableMeta> obsolete;
    private final Consumer<ValueFileMeta> obsoleteValues;
    /** Held while the manifest is written and the version it describes is installed. */
    private final FlowLock installing;
    /** Written under {@code installing}. */
    private volatile VersionEdit.LogMark logMark;

    /** @param obsolete is told of each table that nothing names any more, {@code obsoleteValues} of each value file */
    Installer(Scheduler scheduler, Shared shared, Recovery.Opened opened, LevelPicker picker, WriteThrottle throttle,
            WritePace pace, Consumer<TableMeta> obsolete, Consumer<ValueFileMeta> obsoleteValues) {
        this.shared = shared;
        this.manifest = opened.manifest();
        this.nextNumber = opened.nextNumber();
        this.logMark = opened.mark();
        this.picker = picker;
        this.throttle = throttle;
        this.pace = pace;
        this.obsolete = obsolete;
        this.obsoleteValues = obsoleteValues;
        this.installing = new FlowLock(scheduler);
        tellLag(shared.current().version());
    }

    private void tellLag(Version version) {
        LevelTargets targets = picker.targets(version);
        throttle.installed(version, targets);
        pace.installed(version, targets);
    }

    /**
     * Makes the edit durable, then shows the version it leads to. Waits for other edits.
     *
     * @param flushed the memtable that the edit brings into a table, or null
     */
    void install(VersionEdit edit, ReadState.Full flushed) {
        installing.enter();
        try {
            apply(edit, flushed);
        } finally {
            installing.exit();
        }
    }

    /** Gives tables their place in the order of writes; see {@link Shared#adopt}. */
    long adopt(IngestRecord tables, WriteBatch beside, TableStore store) {
        installing.enter();
        try {
            Version before = shared.current().version();
            long sequence = shared.adopt(tables, beside, store, obsolete);
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

    /**
     * Makes it durable that what tables point to in the files {@code emptied} is now in {@code filled}, then shows it. What
     * became garbage meanwhile is dropped.
     *
     * @param emptied numbers
     * @param filled null when nothing was left
     */
    void moveValues(List<Long> emptied, ValueFileMeta filled) {
        installing.enter();
        try {
            ValueFileSet values = shared.current().version().values();
            VersionEdit edit = new VersionEdit(List.of(), List.of(), filled == null ? List.of() : List.of(filled),
                    emptied.stream().filter(values::contains).toList(), null, nextNumber.get());
            VersionEdit written = apply(edit, null);
            if (filled != null && written.addedValues().isEmpty()) {
                obsoleteValues.accept(filled);
            }
        } finally {
            installing.exit();
        }
    }

    /** The edit as it was written. Marks of the log only move forward, whoever comes first. */
    private VersionEdit apply(VersionEdit edit, ReadState.Full flushed) {
        Version before = shared.current().version();
        VersionEdit.LogMark mark = edit.log() == null ? logMark : edit.log().orLater(logMark);
        VersionEdit whole = before.withoutGarbage(edit.log() == null ? edit : edit.withLog(mark));
        Version next = before.apply(whole, obsolete, obsoleteValues);
        manifest.append(whole, () -> next.asEdit(mark, nextNumber.get()), nextNumber::getAndIncrement);
        logMark = mark;
        shared.install(next, flushed);
        tellLag(next);
        before.release();
        return whole;
    }

    /** Reads the manifest in force again; CORRUPTION unless it is whole and says what the store holds. Returns its length. */
    long verifyManifest() {
        installing.enter();
        try {
            manifest.verify(shared.current().version().asEdit(logMark, nextNumber.get()));
            return manifest.bytes();
        } finally {
            installing.exit();
        }
    }

    long manifestBytes() {
        return manifest.bytes();
    }

    /** To be called when no flow installs any more. */
    void close() {
        manifest.close();
    }
}
