package io.nokv.lsm;

/** A column family: a key space of its own that shares the WAL, and so atomic batches, with the others. */
public enum Family {
    /** Values too long for the write record. */
    DEFAULT(0),
    /** Transaction locks. */
    LOCK(1),
    /** Commit records, one per version of a key. */
    WRITE(2),
    /** Raft log state. */
    RAFT(3),
    /** What one store knows of itself: applied indexes, fences, local catalog. */
    LOCAL(4);

    private static final Family[] BY_CODE = {DEFAULT, LOCK, WRITE, RAFT, LOCAL};

    private final int code;

    Family(int code) {
        this.code = code;
    }

    /** How files name it, 0 to 127; never changes. */
    public int code() {
        return code;
    }

    /** The family with this {@link #code()}, or null. */
    public static Family ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
