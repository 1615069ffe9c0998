package io.nokv.server.cli;

/** The exit codes of the command. They are a promise to scripts. The launcher adds 4 (no Java or Maven) and 5 (build failed). */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** Refused or failed; the sentence on standard error says what. For fsck also: findings. */
    public static final int FAILED = 1;
    /** The command line or the configuration file is wrong; nothing was done. */
    public static final int USAGE = 2;
    /** The database is locked by another process, or the server cannot be reached; trying later can help. */
    public static final int UNAVAILABLE = 3;

    private ExitCode() {}
}
