package io.nokv.lsm.wal;

import java.util.List;
import java.util.function.LongConsumer;

/**
 * One consumer's part of an engine's log. Its records stand in the same segments as the engine's batches, in the order in
 * which they were appended, and become durable with the same syncs. Segments stay until every channel and the engine say
 * that they are no longer needed. Thread-safe.
 */
public interface LogChannel {
    /**
     * Orders {@code records} behind everything appended before; memory only. They become durable one after the other, so
     * after a crash the first few of them may be there. Returns what to wait for. INVALID_ARGUMENT when one is too large,
     * READ_ONLY after the log failed.
     */
    long append(List<LogRecord> records);

    /** Waits until everything up to {@code position} survives power loss. */
    void awaitDurable(long position);

    /** Waits until everything up to {@code position} is with the operating system. */
    void awaitWritten(long position);

    /** Whether everything up to {@code position} is with the operating system, so that {@link #read} finds it. */
    boolean isWritten(long position);

    /**
     * Waits until the log is below its limit. OVERLOADED, naming who keeps the oldest segment, when that does not happen in
     * time because of a channel. To be called before taking on new work, not for what frees the log.
     */
    void awaitRoom();

    /** The payload of a record that was written and whose segment is kept. CORRUPTION when it does not check. */
    byte[] read(LogPlace place);

    /** The segment that takes the next record; what is appended from now on will stand in it or in a later one. */
    long currentSegment();

    /**
     * Nothing of this channel below {@code segment} is needed any more. Ask {@link #currentSegment()} first, then look at what is
     * needed: records that were appended and have no place yet count as standing there, and what is appended meanwhile is
     * not looked at, so {@code segment} is never above that.
     */
    void needs(long segment);

    /**
     * Runs {@code request} with the number of a segment whenever the log wants this channel to need nothing of that segment
     * and those before. It runs on the flow that writes the log: it must neither wait nor append.
     */
    void onRequest(LongConsumer request);
}
