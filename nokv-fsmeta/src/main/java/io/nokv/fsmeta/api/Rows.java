package io.nokv.fsmeta.api;

/** A pull iterator over rows of one version. Not thread-safe. */
public interface Rows<T> extends AutoCloseable {
    /** The next row, or null at the end. */
    T next();

    @Override
    void close();
}
