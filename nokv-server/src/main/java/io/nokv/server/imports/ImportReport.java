package io.nokv.server.imports;

import java.util.List;

/**
 * What an import did. Entries are names; the directory that was imported into is not one of them.
 *
 * @param links names beyond the first of hard-linked inodes
 * @param special FIFOs, sockets and devices
 * @param bytes sizes of the inodes, a hard-linked one once, the imported directory itself included
 * @param unchanged entries that were there as they should be
 * @param vanished entries that disappeared while the import ran
 * @param failed entries and directories that could not be read or stored
 * @param excluded directories left out as asked
 * @param warnings the first of them, in order
 */
public record ImportReport(long entries, long directories, long files, long symlinks, long special, long links,
        long bytes, long created, long updated, long unchanged, long vanished, long failed, long excluded,
        long transactions, long elapsedNanos, List<String> warnings) {
    /** How many warnings are kept as text. */
    public static final int MAX_WARNINGS = 50;

    public double entriesPerSecond() {
        return elapsedNanos == 0 ? 0 : entries * 1e9 / elapsedNanos;
    }

    /** Whether everything that could be seen in the source is in the namespace. */
    public boolean complete() {
        return failed == 0;
    }
}
