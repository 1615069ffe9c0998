package io.nokv.lsm.table;

/**
 * How tables are laid out.
 *
 * @param blockBytes raw bytes after which a block is closed, at least 64
 * @param bloomBitsPerKey bits of filter per key, at least 1
 */
public record TableShape(int blockBytes, int bloomBitsPerKey) {
    public TableShape {
        if (blockBytes < 64 || bloomBitsPerKey < 1) {
            throw new IllegalArgumentException("blockBytes " + blockBytes + ", bloomBitsPerKey " + bloomBitsPerKey);
        }
    }
}
