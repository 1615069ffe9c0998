package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.NamespaceLimits;

/** The bounds of the namespace that callers do not see, or see only as TOO_LARGE; the others are NamespaceLimits. */
final class Limits {
    /** How many entries of a hard-linked inode watchers are told of when it changes. */
    static final int MAX_NAMES_TOLD = 256;

    static final int MAX_MODE = 07777;

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
