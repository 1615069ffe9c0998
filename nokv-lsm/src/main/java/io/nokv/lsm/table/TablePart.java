package io.nokv.lsm.table;

/** What a table has besides its blocks and partitions. */
enum TablePart {
    /** The last entry of each partition, and where it lies. */
    INDEX(1),
    /** What the table is. */
    PROPERTIES(2),
    /** Deletions of ranges; a table without them has no such part. */
    DELETIONS(3);

    private final int code;

    TablePart(int code) {
        this.code = code;
    }

    /** How tables name it; never changes. */
    int code() {
        return code;
    }

    /** The part with this {@link #code()}, or null. */
    static TablePart ofCode(int code) {
        for (TablePart part : values()) {
            if (part.code == code) {
                return part;
            }
        }
        return null;
    }
}
