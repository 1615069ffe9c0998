package io.nokv.benchmark.namespace;

/** A system under test, started empty. */
public interface Target extends AutoCloseable {
    /** As the table names it. */
    String name();

    /** Opens one client. */
    Session open();

    @Override
    void close();
}
