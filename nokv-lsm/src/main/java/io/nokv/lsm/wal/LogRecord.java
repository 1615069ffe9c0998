package io.nokv.lsm.wal;

/**
 * A record for a channel of the log, and where it came to stand.
 *
 * <p>Thread-safe; the bytes must not change after it was handed in.
 */
public final class LogRecord {
    private final int kind;
    private final long stream;
    private final byte[] bytes;
    private volatile LogPlace place;

    /**
     * @param kind 0 to 255, as the consumer likes
     * @param stream as the consumer likes
     */
    public LogRecord(int kind, long stream, byte[] bytes) {
        this.kind = kind;
        this.stream = stream;
        this.bytes = bytes;
    }

    public int kind() {
        return kind;
    }

    public long stream() {
        return stream;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Null until it is on its way to the file; set when waiting for its position has ended. */
    public LogPlace place() {
        return place;
    }

    void placed(LogPlace at) {
        place = at;
    }
}
