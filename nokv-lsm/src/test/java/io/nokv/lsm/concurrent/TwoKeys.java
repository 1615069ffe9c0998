package io.nokv.lsm.concurrent;

/**
 * What {@link ConcurrentEngine} is when one call comes after another. Lincheck keeps every state that an order of calls can
 * lead to: were engines these states, some scenarios would need more than a thousand of them at once.
 */
public final class TwoKeys {
    private int a;
    private int b;

    public void write(int value) {
        a = value;
    }

    public void writeBoth(int value) {
        a = value;
        b = value;
    }

    public void delete() {
        a = 0;
    }

    public int read() {
        return a;
    }

    public int readBoth() {
        return a * 1_000 + b;
    }

    public void flush() {
        // A flush changes no answer.
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TwoKeys keys && keys.a == a && keys.b == b;
    }

    @Override
    public int hashCode() {
        return a * 1_000 + b;
    }
}
