package io.nokv.lsm;

/** A consistent view of all families at one sequence number; holds back compaction until closed. Thread-safe. */
public interface Snapshot extends AutoCloseable {
    long sequence();

    /** Who opened it, for {@link EngineStats#snapshots()}. */
    String owner();

    @Override
    void close();
}
