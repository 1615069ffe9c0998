package io.nokv.lsm.wal;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** The channels of one log: hands out what was replayed, by channel, and makes the channels' ends. */
final class Channels {
    private record Known(LogConsumer consumer, Retention.Hold hold) {}

    private final Retention retention;
    private final LogFiles files;
    private final TreeMap<Integer, Known> known = new TreeMap<>();

    /** INVALID_ARGUMENT when two consumers share a channel. */
    Channels(Retention retention, LogFiles files, List<LogConsumer> consumers) {
        this.retention = retention;
        this.files = files;
        for (LogConsumer consumer : consumers) {
            if (consumer.channel() < 1 || consumer.channel() > 255 || known.containsKey(consumer.channel())) {
                throw NokvException.invalid("channel " + consumer.channel() + " of the log for " + consumer.name());
            }
            known.put(consumer.channel(), new Known(consumer, retention.hold(consumer.name(), Retention.NOTHING)));
        }
    }

    /** A record of a channel that nobody here consumes is kept: it is somebody's. */
    void replayed(LogPlace place, byte[] bytes, LogFormat.Frame frame) {
        if (frame.payloadBytes() < LogFormat.STREAM_HEAD_BYTES) {
            throw new NokvException(FailureCode.CORRUPTION, "a stream record without a head");
        }
        ByteReader in = new ByteReader(bytes, frame.payloadAt(), LogFormat.STREAM_HEAD_BYTES);
        int channel = in.u8();
        int kind = in.u8();
        long stream = in.u64();
        Known to = known.computeIfAbsent(channel, number -> new Known(null,
                retention.hold("channel " + number + ", which nobody here consumes,", Retention.NOTHING)));
        retention.lower(to.hold, place.segment());
        if (to.consumer != null) {
            to.consumer.replayed(place, kind, stream, bytes, frame.payloadAt() + LogFormat.STREAM_HEAD_BYTES,
                    frame.payloadBytes() - LogFormat.STREAM_HEAD_BYTES);
        }
    }

    /** The end that {@code consumer} holds; INVALID_ARGUMENT unless it was given when the log was opened. */
    LogChannel of(LogConsumer consumer, WriteAheadLog log, GroupCommit commit) {
        Known found = known.get(consumer.channel());
        if (found == null || found.consumer != consumer) {
            throw NokvException.invalid("the log was not opened for " + consumer.name());
        }
        return new End(consumer, found.hold, log, commit);
    }

    private final class End implements LogChannel {
        private final LogConsumer consumer;
        private final Retention.Hold hold;
        private final WriteAheadLog log;
        private final GroupCommit commit;

        private End(LogConsumer consumer, Retention.Hold hold, WriteAheadLog log, GroupCommit commit) {
            this.consumer = consumer;
            this.hold = hold;
            this.log = log;
            this.commit = commit;
        }

        @Override
        public long append(List<LogRecord> records) {
            List<byte[]> payloads = new ArrayList<>(records.size());
            for (LogRecord record : records) {
                int bytes = record.bytes().length;
                if (bytes > LogFormat.MAX_PAYLOAD_BYTES - LogFormat.STREAM_HEAD_BYTES) {
                    throw NokvException.invalid("a record of " + bytes + " bytes for the log; at most "
                            + (LogFormat.MAX_PAYLOAD_BYTES - LogFormat.STREAM_HEAD_BYTES) + " fit into one");
                }
                payloads.add(new ByteWriter(LogFormat.STREAM_HEAD_BYTES + bytes).u8(consumer.channel())
                        .u8(record.kind()).u64(record.stream()).raw(record.bytes()).finish());
            }
            return commit.append(records, payloads, hold);
        }

        @Override
        public void awaitDurable(long position) {
            commit.awaitDurablePosition(position);
        }

        @Override
        public void awaitWritten(long position) {
            commit.awaitWrittenPosition(position);
        }

        @Override
        public boolean isWritten(long position) {
            return commit.isWritten(position);
        }

        @Override
        public void awaitRoom() {
            log.awaitRoom(() -> {});
        }

        @Override
        public byte[] read(LogPlace place) {
            String path = files.segment(place.segment());
            ByteBuffer record = ByteBuffer.allocate(place.bytes());
            try (VfsFile file = files.vfs().open(path, Vfs.Mode.READ)) {
                VfsIo.readFully(file, place.offset(), record);
            }
            LogFormat.Frame frame = LogFormat.read(record.array(), place.segment(), place.offset(), 0);
            if (frame == null || frame.type() != LogFormat.TYPE_STREAM || frame.recordBytes() != place.bytes()) {
                throw NokvException.corruption(path, place.offset(), "unreadable record of " + consumer.name());
            }
            int from = frame.payloadAt() + LogFormat.STREAM_HEAD_BYTES;
            return java.util.Arrays.copyOfRange(record.array(), from, frame.payloadAt() + frame.payloadBytes());
        }

        @Override
        public long currentSegment() {
            return retention.current();
        }

        @Override
        public void needs(long segment) {
            retention.raise(hold, segment);
        }

        @Override
        public void onRequest(LongConsumer request) {
            retention.onRequest(hold, request);
        }
    }
}
