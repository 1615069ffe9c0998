package io.nokv.raft.store;

import io.nokv.lsm.Cursor;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;

/** The rows of a store as of just before the entry being applied. Of use during that call only. */
public interface ApplyReader {
    /** The value, or null. */
    byte[] get(Family family, byte[] key);

    /** To be asked for before the entry has put anything into its batch: what was put there before is written first then. */
    Cursor cursor(Family family, Range range);
}
