package io.nokv.lsm.wal;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.VfsIo;
import java.util.List;

/** Reads a log back, oldest record first, and tells a torn tail from damage. */
final class LogReplay {
    /** Receives what the log holds, in order. */
    interface Sink {
        /** A new segment begins; what it holds follows. */
        void segment(long number);

        /** Batches that tables hold already are left out. */
        void batch(long sequence, byte[] bytes, int offset, int length);

        /** @param frame of a stream record; its payload is in {@code bytes} */
        void stream(LogPlace place, byte[] bytes, LogFormat.Frame frame);

        /** The segment that began last ends here. */
        void ended(long end);
    }

    /**
     * Where the log ends.
     *
     * @param lastSegment the last segment that holds anything, 0 when there is none
     * @param lastEnd the offset after its last record
     * @param nextSequence the sequence number of the next batch
     * @param unused a segment that was made but never synced into use, 0 when there is none
     */
    record End(long lastSegment, long lastEnd, long nextSequence, long unused) {}

    private record Header(long previousSegment, long previousEnd, long sequence) {}

    private final LogFiles files;
    private final Sink sink;
    /** The first batch that somebody wants. */
    private final long wanted;
    private long nextSequence;

    private LogReplay(LogFiles files, long wanted, Sink sink) {
        this.files = files;
        this.wanted = wanted;
        this.nextSequence = wanted;
        this.sink = sink;
    }

    /**
     * @param firstSegment the oldest segment needed; 0 for a log that has none yet
     * @param wanted the first batch that tables do not hold; the log may begin before it and must reach up to it
     */
    static End run(LogFiles files, long firstSegment, long wanted, Sink sink) {
        return new LogReplay(files, wanted, sink).run(firstSegment);
    }

    private End run(long firstSegment) {
        List<Long> present = files.segments().stream().filter(number -> number >= firstSegment).toList();
        if (firstSegment == 0 ? !present.isEmpty() : present.isEmpty() || present.getFirst() != firstSegment) {
            throw NokvException.corruption(files.segment(firstSegment), 0,
                    "the log must begin here, but these segments are present: " + present);
        }
        if (present.isEmpty()) {
            return new End(0, 0, nextSequence, 0);
        }
        byte[] bytes = load(present.getFirst());
        Header header = header(present.getFirst(), bytes);
        if (header == null && present.size() > 1) {
            throw NokvException.corruption(files.segment(firstSegment), 0, "the segment header is damaged");
        }
        long unused = header == null ? firstSegment : 0;
        long end = 0;
        if (header != null) {
            if (header.sequence > wanted) {
                throw NokvException.corruption(files.segment(firstSegment), 0,
                        "the log begins with batch " + header.sequence + " where " + wanted + " is needed");
            }
            nextSequence = header.sequence;
        }
        for (int i = 0; header != null; i++) {
            long number = present.get(i);
            byte[] nextBytes = null;
            Header nextHeader = null;
            if (i + 1 < present.size()) {
                long next = present.get(i + 1);
                nextBytes = load(next);
                nextHeader = header(next, nextBytes);
                if (nextHeader == null) {
                    if (i + 2 < present.size()) {
                        throw NokvException.corruption(files.segment(next), 0, "the segment header is damaged");
                    }
                    unused = next;
                } else if (nextHeader.previousSegment != number) {
                    throw NokvException.corruption(files.segment(nextHeader.previousSegment), 0,
                            "the segment is missing: " + files.segment(next) + " follows it");
                }
            }
            end = replay(number, bytes, header, nextHeader == null ? -1 : nextHeader.previousEnd);
            if (nextHeader == null) {
                if (nextSequence < wanted) {
                    throw NokvException.corruption(files.segment(number), end,
                            "the log ends before batch " + nextSequence + ", but tables hold all before " + wanted);
                }
                return new End(number, end, nextSequence, unused);
            }
            header = nextHeader;
            bytes = nextBytes;
        }
        return new End(0, end, nextSequence, unused);
    }

    private byte[] load(long segment) {
        return VfsIo.readAll(files.vfs(), files.segment(segment));
    }

    /** Null when the segment never came into use; CORRUPTION when it did and its header is gone. */
    private Header header(long segment, byte[] bytes) {
        LogFormat.Frame frame = LogFormat.read(bytes, segment, 0);
        if (frame == null || frame.type() != LogFormat.TYPE_HEADER) {
            refuseSyncedRecordsAfter(segment, bytes, 0);
            return null;
        }
        ByteReader in = new ByteReader(bytes, frame.payloadAt(), frame.payloadBytes());
        int version = in.u32();
        if (version != LogFormat.VERSION) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION,
                    files.segment(segment) + ": log format " + version + ", this program reads " + LogFormat.VERSION);
        }
        return new Header(in.u64(), in.u64(), frame.sequence());
    }

    /** Replays one segment; {@code requiredEnd} is where it must end, or -1 for the last one. Returns where it ends. */
    private long replay(long segment, byte[] bytes, Header header, long requiredEnd) {
        String path = files.segment(segment);
        if (header.sequence != nextSequence) {
            throw NokvException.corruption(path, 0, "the segment begins with batch " + header.sequence
                    + " where " + nextSequence + " must follow");
        }
        sink.segment(segment);
        int at = LogFormat.read(bytes, segment, 0).recordBytes();
        while (requiredEnd < 0 || at < requiredEnd) {
            LogFormat.Frame frame = LogFormat.read(bytes, segment, at);
            if (frame == null) {
                break;
            }
            if (frame.sequence() != nextSequence) {
                throw NokvException.corruption(path, at,
                        "batch " + frame.sequence() + " where " + nextSequence + " must follow");
            }
            switch (frame.type()) {
                case LogFormat.TYPE_BATCH -> {
                    if (nextSequence >= wanted) {
                        try {
                            sink.batch(nextSequence, bytes, frame.payloadAt(), frame.payloadBytes());
                        } catch (NokvException e) {
                            throw placed(e, path, at);
                        }
                    }
                    nextSequence++;
                }
                case LogFormat.TYPE_STREAM -> {
                    try {
                        sink.stream(new LogPlace(segment, at, frame.recordBytes()), bytes, frame);
                    } catch (NokvException e) {
                        throw placed(e, path, at);
                    }
                }
                case LogFormat.TYPE_CLOSED -> {
                }
                default -> throw NokvException.corruption(path, at, "record of unknown type " + frame.type());
            }
            at += frame.recordBytes();
        }
        if (requiredEnd >= 0 && at != requiredEnd) {
            throw NokvException.corruption(path, at, "unreadable record; the segment goes on to " + requiredEnd);
        }
        if (requiredEnd < 0) {
            refuseSyncedRecordsAfter(segment, bytes, at);
        }
        sink.ended(at);
        return at;
    }

    /** Says of what does not decode where it lies. A device that fails while it is read is no damage. */
    private static NokvException placed(NokvException e, String path, long at) {
        return switch (e.code()) {
            case CORRUPTION, UNSUPPORTED_VERSION ->
                new NokvException(e.code(), path + " at offset " + at + ": " + e.getMessage(), e);
            default -> e;
        };
    }

    /** CORRUPTION when a readable record behind {@code end} says that the log was synced beyond {@code end}. */
    private void refuseSyncedRecordsAfter(long segment, byte[] bytes, int end) {
        for (int at = end; at < bytes.length; at += LogFormat.ALIGNMENT) {
            LogFormat.Frame frame = LogFormat.read(bytes, segment, at);
            if (frame != null && frame.syncedTo() > end) {
                throw NokvException.corruption(files.segment(segment), end,
                        "unreadable record; the log was synced beyond it (" + frame.syncedTo() + ")");
            }
        }
    }
}
