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

    /** Values still alive were copied out of {@code files} value files, which are gone with that. */
    record ValuesMoved(int files, long values, long bytesMoved, long nanos) implements EngineEvent {}

    /** A write waited for background work. */
    record Stalled(StallReason reason, long nanos) implements EngineEvent {}

    /** The log was synced: {@code bytes} of it since the sync before. Comes with every group commit. */
    record Synced(long bytes, long nanos) implements EngineEvent {}

    /** A sync of the log took longer than it should. Comes beside {@link Synced}. */
    record SlowSync(long bytes, long nanos) implements EngineEvent {}

    /**
     * Somebody keeps a segment of the log for longer than it should. Told at most once per segment written and holder.
     *
     * @param by the engine, or the name of a channel's consumer
     * @param segment the oldest one kept
     * @param bytes of that one and all later ones
     * @param nanos since that segment was complete
     */
    record LogHeld(String by, long segment, long bytes, long nanos) implements EngineEvent {}

    /** A table that no version names any more is gone. */
    record TableDeleted(long number) implements EngineEvent {}

    /** The engine takes no writes any more. */
    record Failed(Throwable cause) implements EngineEvent {}

    /** All files are closed. */
    record Closed() implements EngineEvent {}
}
