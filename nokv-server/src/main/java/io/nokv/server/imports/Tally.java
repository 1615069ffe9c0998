package io.nokv.server.imports;

import io.nokv.server.posix.FileStatus;
import java.util.ArrayList;
import java.util.List;

/** The counts of a running import; {@link #entries()} and {@link #path()} may be read from any thread. */
final class Tally {
    private volatile long entries;
    private volatile SourceDirectory at;
    private long directories;
    private long files;
    private long symlinks;
    private long special;
    private long links;
    private long bytes;
    private long created;
    private long updated;
    private long unchanged;
    private long vanished;
    private long failed;
    private long excluded;
    private long transactions;
    private final List<String> warnings = new ArrayList<>();

    long entries() {
        return entries;
    }

    /** The directory that is being read; null before the first. */
    SourceDirectory path() {
        return at;
    }

    void at(SourceDirectory directory) {
        at = directory;
    }

    /** An entry of the source that goes into the namespace or is there. Written by one thread. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void entry(FileStatus status, boolean furtherName) {
        entries = entries + 1;
        switch (status.type()) {
            case FILE -> files++;
            case DIRECTORY -> directories++;
            case SYMLINK -> symlinks++;
            case FIFO, SOCKET, CHAR_DEVICE, BLOCK_DEVICE -> special++;
        }
        if (furtherName) {
            links++;
        } else {
            bytes += status.size();
        }
    }

    void bytes(long size) {
        bytes += size;
    }

    void created() {
        created++;
    }

    void updated() {
        updated++;
    }

    void unchanged() {
        unchanged++;
    }

    void excluded() {
        excluded++;
    }

    void transaction() {
        transactions++;
    }

    void vanished(String message) {
        vanished++;
        warn("disappeared meanwhile: " + message);
    }

    void failed(String message) {
        failed++;
        warn(message);
    }

    private void warn(String message) {
        if (warnings.size() < ImportReport.MAX_WARNINGS) {
            warnings.add(message);
        }
    }

    ImportReport report(long elapsedNanos) {
        return new ImportReport(entries, directories, files, symlinks, special, links, bytes, created, updated,
                unchanged, vanished, failed, excluded, transactions, elapsedNanos, List.copyOf(warnings));
    }
}
