package io.nokv.raft.store;

import io.nokv.base.port.Promise;
import io.nokv.raft.archive.ArchivedRegion;

/** A region on its way out, as of one moment. Whoever has it closes it. One call of {@link #next} at a time. */
public interface RegionExport extends AutoCloseable {
    /** What it is of. */
    ArchivedRegion region();

    /** The next portion of the archive, of up to 256 KiB; null after the last. Fails when the disk does. */
    Promise<byte[]> next();

    /** Removes what was written for it. Does not wait; may be called at any time, again too. */
    @Override
    void close();
}
