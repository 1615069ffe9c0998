package io.nokv.kv.client;

import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.mvcc.VersionScan;
import io.nokv.kv.store.KvStore.ScanAnswer;
import io.nokv.raft.region.KeyRange;

/** Rows of a range over as many regions as it spans; regions are opened as the scan comes to them. Not thread-safe. */
public final class RowScan implements AutoCloseable {
    private final SnapshotReader reader;
    private final boolean reverse;

    /** What lies beyond the open region; null when nothing does. */
    private KeyRange rest;
    private VersionScan open;

    RowScan(SnapshotReader reader, KeyRange wanted, boolean reverse) {
        this.reader = reader;
        this.reverse = reverse;
        this.rest = wanted.isEmpty() ? null : wanted;
        // The first region is opened at once, so that the scan shows its range as of now.
        openNext();
    }

    private boolean openNext() {
        if (rest == null) {
            return false;
        }
        ScanAnswer.Opened opened = reader.openScan(rest, reverse);
        open = opened.scan();
        KeyRange done = opened.range();
        KeyRange beyond = reverse
                ? new KeyRange(rest.from(), done.from())
                : done.to() == null ? null : new KeyRange(done.to(), rest.to());
        rest = beyond == null || beyond.isEmpty() ? null : beyond;
        return true;
    }

    /** Steps to the next row; false at the end. */
    public boolean next() {
        while (open != null) {
            if (open.next()) {
                return true;
            }
            open.close();
            open = null;
            openNext();
        }
        return false;
    }

    /** Requires a row. */
    public byte[] key() {
        return open.key();
    }

    /** Requires a row. VERSION_TOO_OLD when the safe point passed this scan and took a long value with it. */
    public byte[] value() {
        try {
            return open.value();
        } catch (NokvException missing) {
            reader.requireReadable();
            throw missing;
        }
    }

    /** When the row was committed. Requires a row. */
    public Timestamp commitTs() {
        return open.commitTs();
    }

    @Override
    public void close() {
        rest = null;
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
