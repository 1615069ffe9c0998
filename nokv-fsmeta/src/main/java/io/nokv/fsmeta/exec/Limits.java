package io.nokv.fsmeta.exec;

/** The bounds of the namespace. */
final class Limits {
    /** Names of one file. */
    static final long MAX_LINKS = 65_000;

    /** How many entries of a hard-linked inode watchers are told of when it changes. */
    static final int MAX_NAMES_TOLD = 256;

    /** Subdirectories of one directory: its link count stays within 31 bits. */
    static final long MAX_SUBDIRECTORIES = Integer.MAX_VALUE - 2L;

    static final int MAX_TARGET_BYTES = 4_095;
    static final int MAX_PATH_BYTES = 4_096;
    static final int MAX_PATH_COMPONENTS = 256;
    static final int MAX_SYMLINKS = 40;
    static final int MAX_MODE = 07777;

    /** Steps of one {@code transact}. */
    static final int MAX_STEPS = 10_000;

    /** Keys one transaction may write or check. */
    static final int MAX_TRANSACTION_KEYS = 100_000;

    /** Deeper than any tree that can be built by paths; a longer chain of parents is a cycle. */
    static final int MAX_DEPTH = 1 << 20;

    /** Rows fetched together by streaming reads. */
    static final int BATCH = 256;

    static final int MAX_LABEL_BYTES = 1_024;

    /** Encoded answers kept for a request id. */
    static final int MAX_REMEMBERED_BYTES = 900_000;

    private Limits() {}
}
