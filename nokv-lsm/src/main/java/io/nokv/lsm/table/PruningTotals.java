package io.nokv.lsm.table;

/**
 * What reads did not have to look into, since opening. All of it is advice: what is passed over holds nothing that is asked for.
 *
 * @param outOfBounds tables of level 0, and whole levels, that point reads passed over by the bounds of their keys
 *     and of their sequence numbers
 * @param outOfTails tables that point reads passed over because of the tails in them
 * @param filterRejections partitions of tables that point reads passed over because their filter does not know the key
 * @param filterPasses partitions whose filter let a point read through
 * @param emptyPasses of these, those that had nothing for it: false positives, and keys that are all newer
 * @param prefixRejections tables that scans passed over because their filters do not know the prefix
 * @param prefixPasses tables whose filter let a scan of a prefix through
 */
public record PruningTotals(long outOfBounds, long outOfTails, long filterRejections, long filterPasses,
        long emptyPasses, long prefixRejections, long prefixPasses) {}
