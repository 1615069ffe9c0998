package io.nokv.fsmeta.api;

/** The bounds that every caller of the namespace meets, in every layer the same. A name's is {@link FileName#MAX_BYTES}. */
public final class NamespaceLimits {
    /** Names of one file; one more is TOO_MANY_LINKS. */
    public static final long MAX_LINKS = 65_000;

    /** Subdirectories of one directory: its link count stays within 31 bits. */
    public static final long MAX_SUBDIRECTORIES = Integer.MAX_VALUE - 2L;

    /** Target of a symlink. */
    public static final int MAX_TARGET_BYTES = 4_095;

    /** A path of {@code lookupPath}; a longer one is PATH_TOO_LONG, as is one of more components than below. */
    public static final int MAX_PATH_BYTES = 4_096;

    public static final int MAX_PATH_COMPONENTS = 256;

    /** Symlinks followed on one path. */
    public static final int MAX_SYMLINKS = 40;

    /** Steps of one {@code transact}. */
    public static final int MAX_STEPS = 10_000;

    private NamespaceLimits() {}
}
