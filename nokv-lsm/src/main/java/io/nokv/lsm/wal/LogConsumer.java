package io.nokv.lsm.wal;

/**
 * Somebody beside the engine whose records stand in its log. The log does not know what they mean: to it a record is a
 * kind and the number of a stream, with bytes. Given to the engine when it is opened, so that what the log holds reaches
 * its owner in one pass.
 */
public interface LogConsumer {
    /** Marks its records on disk; 1 to 255, one consumer each. */
    int channel();

    /** For people: who keeps segments of the log. */
    String name();

    /**
     * A record the log holds, in the order of the log, while the engine is being opened; {@code bytes} is lent for the
     * call. A NokvException with CORRUPTION is rethrown with the record's place.
     */
    void replayed(LogPlace place, int kind, long stream, byte[] bytes, int offset, int length);
}
