package io.nokv.lsm.wal;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;

/** A batch as the payload of a log record. */
public final class BatchCodec {
    /** Receives the operations of a batch in order. */
    public interface Visitor {
        /** A null {@code value} deletes. */
        void operation(Family family, byte[] key, byte[] value);

        void rangeDeletion(Family family, Range range);

        /** Tables were ingested; {@code description} is what {@link #encodeIngest} was given. */
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

    /** A batch whose content is in tables. */
    public static byte[] encodeIngest(byte[] description) {
        return new ByteWriter(description.length + 8).varint(1).u8(INGEST).bytes(description).toBytes();
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
        long estimate = batch.payloadBytes() + 13L * batch.ops().size() + 5;
        if (estimate > LogFormat.MAX_PAYLOAD_BYTES) {
            throw NokvException.invalid("a batch of " + batch.payloadBytes() + " bytes; at most "
                    + LogFormat.MAX_PAYLOAD_BYTES + " fit into one");
        }
        ByteWriter out = new ByteWriter((int) estimate);
        out.varint(batch.ops().size());
        for (WriteBatch.Op op : batch.ops()) {
            switch (op) {
                case WriteBatch.Op.Put put -> out.u8(head(put.family(), PUT)).bytes(put.key()).bytes(put.value());
                case WriteBatch.Op.Delete delete -> out.u8(head(delete.family(), DELETE)).bytes(delete.key());
                case WriteBatch.Op.DeleteRange(Family family, Range range) -> {
                    out.u8(head(family, DELETE_RANGE));
                    encode(range, out);
                }
            }
        }
        return out.toBytes();
    }

    private static void encode(Range range, ByteWriter out) {
        out.u8((range.from() == null ? 0 : HAS_FROM) | (range.to() == null ? 0 : HAS_TO));
        if (range.from() != null) {
            out.bytes(range.from());
        }
        if (range.to() != null) {
            out.bytes(range.to());
        }
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
