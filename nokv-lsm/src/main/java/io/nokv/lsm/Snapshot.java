package io.nokv.lsm;

/** A consistent view of all families at one sequence number; holds back compaction until closed. Thread-safe. */
public interface Snapshot extends AutoCloseable {
    long sequence();

    @Override
    void close();
}
