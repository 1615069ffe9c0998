package io.nokv.lsm;

/**
 * Lets the layer above drop entries while a compaction rewrites them. One {@link Pass} sees the entries of one output
 * range of one family in key order, newest sequence of each key only, and only entries that no open snapshot needs.
 */
public interface CompactionFilter {
    /** Starts a pass; {@code bottommost} says that no older entry for these keys exists below the output. */
    Pass begin(Family family, boolean bottommost);

    /** Whether it can drop anything of {@code family}: otherwise it is not asked, and values kept apart need not be read. */
    default boolean looksAt(Family family) {
        return true;
    }

    /** Not thread-safe; one compaction, one pass. */
    interface Pass {
        /** False drops the entry for good. */
        boolean keep(byte[] key, byte[] value);
    }
}
