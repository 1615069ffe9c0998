package io.nokv.lsm.wal;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import java.util.List;

/** A batch as the payload of a log record. */
public final class BatchCodec {
    /** Receives the operations of a batch in order. */
    public interface Visitor {
        /** A null {@code value} deletes. */
        void operation(Family family, byte[] key, byte[] value);

        void rangeDeletion(Family family, Range range);

        /** Tables were ingested; {@code description} is what {@link #encodeIngest} was given. What was written beside them follows. */
        void ingested(byte[] description);
    }

    private static final int PUT = 0;
    private static final int DELETE = 1;
    private static final int DELETE_RANGE = 2;
    private static final int INGEST = 3;
    private static final int HAS_FROM = 1;
    private static final int HAS_TO = 2;

    private BatchCodec() {}

    private static int head(Family family, int kind) {
        return family.code() << 2 | kind;
    }

    /** A batch whose content is in tables, and {@code beside}, which may be empty. */
    public static byte[] encodeIngest(byte[] description, WriteBatch beside) {
        ByteWriter out = new ByteWriter(description.length + 8).varint(1 + beside.ops().size()).u8(INGEST)
                .bytes(description);
        for (WriteBatch.Op op : beside.ops()) {
            switch (op) {
                case WriteBatch.Op.Put put -> out.u8(head(put.family(), PUT)).bytes(put.key()).bytes(put.value());
                case WriteBatch.Op.Delete delete -> out.u8(head(delete.family(), DELETE)).bytes(delete.key());
                case WriteBatch.Op.DeleteRange _ -> Invariant.check(false, "no range is deleted beside an ingest");
            }
        }
        return out.toBytes();
    }

    /** A batch that does nothing but take a sequence number. */
    public static byte[] encodeNothing() {
        return new ByteWriter(1).varint(0).toBytes();
    }

    /** INVALID_ARGUMENT when the batch is empty or too large for a record. */
    public static byte[] encode(WriteBatch batch) {
        if (batch.isEmpty()) {
            throw NokvException.invalid("a batch without operations");
        }
        List<WriteBatch.Op> ops = batch.ops();
        long bytes = varintBytes(ops.size());
        for (WriteBatch.Op op : ops) {
            bytes += switch (op) {
                case WriteBatch.Op.Put put -> 1 + fieldBytes(put.key()) + fieldBytes(put.value());
                case WriteBatch.Op.Delete delete -> 1 + fieldBytes(delete.key());
                case WriteBatch.Op.DeleteRange(_, Range range) -> 2 + boundBytes(range.from()) + boundBytes(range.to());
            };
        }
        if (bytes > LogFormat.MAX_PAYLOAD_BYTES) {
            throw NokvException.invalid("a batch of " + batch.payloadBytes() + " bytes; at most "
                    + LogFormat.MAX_PAYLOAD_BYTES + " fit into one");
        }
        byte[] out = new byte[(int) bytes];
        int at = varint(out, 0, ops.size());
        for (WriteBatch.Op op : ops) {
            at = switch (op) {
                case WriteBatch.Op.Put put -> {
                    out[at] = (byte) head(put.family(), PUT);
                    yield field(out, field(out, at + 1, put.key()), put.value());
                }
                case WriteBatch.Op.Delete delete -> {
                    out[at] = (byte) head(delete.family(), DELETE);
                    yield field(out, at + 1, delete.key());
                }
                case WriteBatch.Op.DeleteRange(Family family, Range range) -> {
                    out[at] = (byte) head(family, DELETE_RANGE);
                    out[at + 1] = (byte) ((range.from() == null ? 0 : HAS_FROM) | (range.to() == null ? 0 : HAS_TO));
                    yield bound(out, bound(out, at + 2, range.from()), range.to());
                }
            };
        }
        Invariant.check(at == out.length, "a batch is as long as it was measured to be", at);
        return out;
    }

    private static int varintBytes(int value) {
        return (Integer.SIZE + 6 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static long fieldBytes(byte[] field) {
        return (long) varintBytes(field.length) + field.length;
    }

    private static long boundBytes(byte[] bound) {
        return bound == null ? 0 : fieldBytes(bound);
    }

    /** As ByteWriter's varint; answers where it ends. */
    private static int varint(byte[] out, int from, int value) {
        int at = from;
        int rest = value;
        while (rest >= 0x80) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        return at;
    }

    private static int field(byte[] out, int from, byte[] field) {
        int at = varint(out, from, field.length);
        System.arraycopy(field, 0, out, at, field.length);
        return at + field.length;
    }

    private static int bound(byte[] out, int from, byte[] bound) {
        return bound == null ? from : field(out, from, bound);
    }

    private static Range decodeRange(ByteReader in) {
        int bounds = in.u8();
        byte[] from = (bounds & HAS_FROM) == 0 ? null : in.bytes();
        return new Range(from, (bounds & HAS_TO) == 0 ? null : in.bytes());
    }

    /** CORRUPTION when the payload breaks the grammar. */
    static void decode(byte[] bytes, int offset, int length, Visitor visitor) {
        ByteReader in = new ByteReader(bytes, offset, length);
        int count = in.varint(Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            int head = in.u8();
            if (head == INGEST) {
                visitor.ingested(in.bytes());
                continue;
            }
            Family family = Family.ofCode(head >>> 2);
            if (family == null) {
                throw new NokvException(FailureCode.CORRUPTION, "unknown family " + (head >>> 2) + " in a batch");
            }
            switch (head & 3) {
                case PUT -> visitor.operation(family, in.bytes(), in.bytes());
                case DELETE -> visitor.operation(family, in.bytes(), null);
                case DELETE_RANGE -> visitor.rangeDeletion(family, decodeRange(in));
                default -> throw new NokvException(FailureCode.CORRUPTION, "unknown operation in a batch");
            }
        }
        in.end();
    }
}
