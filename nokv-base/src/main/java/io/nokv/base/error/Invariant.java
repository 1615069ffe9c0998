package io.nokv.base.error;

/** Checks that stay on in production: a broken invariant is a bug of ours, never a caller's mistake. */
public final class Invariant {
    private Invariant() {}

    /** Throws {@link AssertionError} with {@code what} unless {@code holds}. */
    public static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("invariant broken: " + what);
        }
    }

    /** As {@link #check(boolean, String)}, with a value in the message; formats only on failure. */
    public static void check(boolean holds, String what, Object value) {
        if (!holds) {
            throw new AssertionError("invariant broken: " + what + " (" + value + ")");
        }
    }
}
