package io.nokv.kv.layout;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import java.util.Arrays;

/**
 * What the commit at the timestamp in its key did to a key.
 *
 * <pre>
 * record = u8:head varint:(commitTs - startTs) [varint:expiresAtMillis] [varint:(commitTs - baseTs)] value*
 * head   = format(1) &lt;&lt; 5 | expires &lt;&lt; 4 | longValue &lt;&lt; 3 | kind
 * </pre>
 *
 * {@code baseTs} is there for ADD only; the value for PUT and ADD, unless it is long.
 *
 * @param commitTs from the key; of a ROLLBACK, the transaction's start
 * @param startTs names the transaction; where a long value lies in family DEFAULT
 * @param expiresAtMillis the row is gone for versions from then on; 0: never
 * @param baseTs of an ADD, the commit that last replaced the whole record: what a concurrent ADD conflicts with
 * @param isLong the value lies in family DEFAULT at {@code startTs}
 * @param value inline; null when there is none or it is long
 */
public record WriteRecord(Kind kind, Timestamp commitTs, Timestamp startTs, long expiresAtMillis, Timestamp baseTs,
        boolean isLong, byte[] value) {
    /** Stored by ordinal. */
    public enum Kind {
        /** Replaced the value. */
        PUT,
        /** Removed the row. */
        DELETE,
        /** Replaced the value by applying deltas to the one before. */
        ADD,
        /** Changed nothing; evidence that the transaction committed here. No version for readers. */
        LOCK,
        /** Evidence that the transaction never commits here. No version for readers. */
        ROLLBACK
    }

    private static final Kind[] KINDS = Kind.values();
    private static final int FORMAT = 1;
    private static final int FORMAT_SHIFT = 5;
    static final int EXPIRES = 1 << 4;
    static final int LONG = 1 << 3;
    private static final int KIND_MASK = 7;

    /** A version that readers see or that hides older ones, as opposed to mere evidence. */
    public boolean isVersion() {
        return kind != Kind.LOCK && kind != Kind.ROLLBACK;
    }

    /** Whether a reader at {@code millis} or later sees a row. */
    public boolean isPresentAt(long millis) {
        return (kind == Kind.PUT || kind == Kind.ADD) && (expiresAtMillis == 0 || millis < expiresAtMillis);
    }

    /** The commit that last replaced the whole value: this one, unless it is an ADD. */
    public Timestamp replacedAt() {
        return kind == Kind.ADD ? baseTs : commitTs;
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(16 + (value == null ? 0 : value.length));
        out.u8(FORMAT << FORMAT_SHIFT | (expiresAtMillis != 0 ? EXPIRES : 0) | (isLong ? LONG : 0) | kind.ordinal());
        out.varint(commitTs.value() - startTs.value());
        if (expiresAtMillis != 0) {
            out.varint(expiresAtMillis);
        }
        if (kind == Kind.ADD) {
            out.varint(commitTs.value() - baseTs.value());
        }
        if (value != null) {
            out.raw(value);
        }
        return out.toBytes();
    }

    /** CORRUPTION when {@code bytes} is not a record, UNSUPPORTED_VERSION when it is of a newer format. */
    public static WriteRecord decode(long commitTs, byte[] bytes) {
        return decode(commitTs, bytes, 0, bytes.length);
    }

    /** As {@link #decode(long, byte[])}, out of {@code bytes[offset, offset + length)}; keeps no reference to it. */
    public static WriteRecord decode(long commitTs, byte[] bytes, int offset, int length) {
        WriteHead head = new WriteHead();
        head.read(commitTs, bytes, offset, length);
        Timestamp commit = new Timestamp(commitTs);
        boolean hasValue = !head.isLong() && (head.kind() == Kind.PUT || head.kind() == Kind.ADD);
        byte[] value = hasValue
                ? Arrays.copyOfRange(bytes, head.valueOffset(), head.valueOffset() + head.valueLength())
                : null;
        return new WriteRecord(head.kind(), commit, new Timestamp(head.startTs()), head.expiresAtMillis(),
                head.kind() == Kind.ADD ? new Timestamp(head.baseTs()) : commit, head.isLong(), value);
    }

    /** The kind alone, without reading the rest. */
    public static Kind kindOf(byte[] encoded) {
        return kindOf(encoded.length == 0 ? 0 : encoded[0] & 0xFF);
    }

    static Kind kindOf(int head) {
        if (head >>> FORMAT_SHIFT != FORMAT) {
            throw new NokvException(head >>> FORMAT_SHIFT > FORMAT
                    ? FailureCode.UNSUPPORTED_VERSION
                    : FailureCode.CORRUPTION, "write record of format " + (head >>> FORMAT_SHIFT));
        }
        int ordinal = head & KIND_MASK;
        if (ordinal >= KINDS.length) {
            throw new NokvException(FailureCode.CORRUPTION, "write record of kind " + ordinal);
        }
        return KINDS[ordinal];
    }

    /** Evidence that the transaction which started at {@code startTs} never commits here. */
    public static WriteRecord rollback(Timestamp startTs) {
        return new WriteRecord(Kind.ROLLBACK, startTs, startTs, 0, startTs, false, null);
    }

    @Override
    public String toString() {
        return kind + "@" + commitTs + " of " + startTs + (value == null ? "" : " " + Bytes.show(value));
    }
}
