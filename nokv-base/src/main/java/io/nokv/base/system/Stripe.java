package io.nokv.base.system;

/** Spreads threads over the parts of a structure that they would otherwise all change in one place. */
public final class Stripe {
    private Stripe() {}

    /** A number below {@code stripes}, a power of two; always the same one for one thread, and nothing to decide by. */
    public static int ofCurrentThread(int stripes) {
        return (int) (Thread.currentThread().threadId() & stripes - 1);
    }
}
