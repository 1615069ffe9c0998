package io.nokv.lsm.table;

import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.KeyTails;

/**
 * How tables are laid out.
 *
 * @param blockBytes raw bytes after which a block is closed, at least 64
 * @param bloomBitsPerKey bits of filter per head, at least 1
 * @param partitionBlocks blocks under one filter and one piece of the index, which are read and cached together; at
 *     least 1
 * @param tails what of a key is not in the filter
 * @param prefixes what of keys is in the filter besides their heads
 */
public record TableShape(int blockBytes, int bloomBitsPerKey, int partitionBlocks, KeyTails tails,
        KeyPrefixes prefixes) {
    public TableShape {
        if (blockBytes < 64 || bloomBitsPerKey < 1 || partitionBlocks < 1) {
            throw new IllegalArgumentException("blockBytes " + blockBytes + ", bloomBitsPerKey " + bloomBitsPerKey
                    + ", partitionBlocks " + partitionBlocks);
        }
    }

    /** Without prefixes. */
    public TableShape(int blockBytes, int bloomBitsPerKey, int partitionBlocks, KeyTails tails) {
        this(blockBytes, bloomBitsPerKey, partitionBlocks, tails, KeyPrefixes.NONE);
    }

    /** This shape with other tails. */
    public TableShape withTails(KeyTails changed) {
        return new TableShape(blockBytes, bloomBitsPerKey, partitionBlocks, changed, prefixes);
    }

    /** This shape with other prefixes. */
    public TableShape withPrefixes(KeyPrefixes changed) {
        return new TableShape(blockBytes, bloomBitsPerKey, partitionBlocks, tails, changed);
    }
}
