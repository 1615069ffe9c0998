package io.nokv.raft.store;

import io.nokv.base.port.Promise;

/**
 * A region on its way in. Nothing of it can be seen before {@link #finish} is done. One call at a time; whoever began it ends it by
 * {@link #finish} or {@link #abandon}.
 */
public interface RegionImport {
    /** More of the archive. {@link ImportOutcome.More} when all is well so far; after anything else it is over. */
    Promise<ImportOutcome> take(byte[] portion);

    /** That was all. Never {@link ImportOutcome.More}. */
    Promise<ImportOutcome> finish();

    /** Removes what has come. Does not wait; does nothing after {@link #finish}. */
    void abandon();
}
