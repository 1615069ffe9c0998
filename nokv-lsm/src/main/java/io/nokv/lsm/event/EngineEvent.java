package io.nokv.lsm.event;

/** Something an engine did. Durations are in nanoseconds of the engine's clock. */
public sealed interface EngineEvent {
    /**
     * The store is open.
     *
     * @param tables tables in use
     * @param replayedEntries entries of the log that went into memtables again
     */
    record Opened(int tables, long replayedEntries, long nanos) implements EngineEvent {}

    /** A memtable became a table of level 0, or none when nothing of it was needed. */
    record Flushed(long entries, long bytesWritten, long nanos) implements EngineEvent {}

    /** Tables were merged into new ones, or only changed their level ({@code moved}). */
    record Compacted(int fromLevel, int toLevel, int tablesRead, long bytesRead, int tablesWritten, long bytesWritten,
            boolean moved, long nanos) implements EngineEvent {}

    /** A write waited for background work. */
    record Stalled(StallReason reason, long nanos) implements EngineEvent {}

    /** The log was synced: {@code bytes} of it since the sync before. Comes with every group commit. */
    record Synced(long bytes, long nanos) implements EngineEvent {}

    /** A table that no version names any more is gone. */
    record TableDeleted(long number) implements EngineEvent {}

    /** The engine takes no writes any more. */
    record Failed(Throwable cause) implements EngineEvent {}

    /** All files are closed. */
    record Closed() implements EngineEvent {}
}
