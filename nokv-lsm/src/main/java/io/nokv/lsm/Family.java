package io.nokv.lsm;

/** A column family: a key space of its own that shares the WAL, and so atomic batches, with the others. */
public enum Family {
    /** Values too long for the write record. */
    DEFAULT,
    /** Transaction locks. */
    LOCK,
    /** Commit records, one per version of a key. */
    WRITE,
    /** Raft log state. */
    RAFT,
    /** What one store knows of itself: applied indexes, fences, local catalog. */
    LOCAL
}
