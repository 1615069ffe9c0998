/**
 * Movement over entries: every version of every key, tombstones included. Start at
 * {@link io.nokv.lsm.cursor.EntryCursor}; {@link io.nokv.lsm.cursor.MergingCursor} makes one order of many.
 *
 * <p>Order: user key ascending (unsigned bytes), then sequence descending, so that the newest version of a key comes
 * first. No two entries of one family are equal in both. Cursors are of one family and not thread-safe; keys and values
 * are exposed as ranges of arrays that stay valid until the cursor moves, so that a scan allocates only what it hands
 * to its caller.
 */
package io.nokv.lsm.cursor;
