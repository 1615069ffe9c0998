package io.nokv.kv.layout;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;

/**
 * A commit under way: what will be done to a key if the transaction's primary key commits.
 *
 * <pre>
 * record = u8:format(1) u8:kind bytes:primary varint:startTs varint:ttlMillis varint:minCommitTs
 *          varint:rowTtlMillis varint:expiresAtMillis varint:baseTs u8:valueForm [bytes:value]
 * valueForm = 0 none | 1 inline | 2 in family DEFAULT at startTs
 * </pre>
 *
 * @param kind what the commit will write; ROLLBACK never
 * @param primary the key whose state decides
 * @param ttlMillis after startTs.millis + ttlMillis the transaction counts as dead
 * @param minCommitTs the commit timestamp must not be below; readers that passed by push it
 * @param rowTtlMillis of a PUT, how long the row lives after the commit; 0: for ever
 * @param expiresAtMillis of an ADD, the expiry of the record it changes; 0: never
 * @param baseTs of an ADD, see {@link WriteRecord}; else {@link Timestamp#ZERO}
 * @param value inline, or null
 */
public record LockRecord(WriteRecord.Kind kind, byte[] primary, Timestamp startTs, long ttlMillis,
        Timestamp minCommitTs, long rowTtlMillis, long expiresAtMillis, Timestamp baseTs, boolean isLong,
        byte[] value) {
    private static final int FORMAT = 1;
    private static final WriteRecord.Kind[] KINDS = WriteRecord.Kind.values();

    /** Whether nobody needs to wait for its transaction any more. */
    public boolean isExpiredAt(long millis) {
        return millis >= startTs.millis() + ttlMillis;
    }

    public LockRecord withTtlMillis(long ttl) {
        return new LockRecord(kind, primary, startTs, ttl, minCommitTs, rowTtlMillis, expiresAtMillis, baseTs, isLong,
                value);
    }

    public LockRecord withMinCommitTs(Timestamp min) {
        return new LockRecord(kind, primary, startTs, ttlMillis, min, rowTtlMillis, expiresAtMillis, baseTs, isLong,
                value);
    }

    /** What the key gets when the transaction commits at {@code commitTs}. */
    public WriteRecord committedAt(Timestamp commitTs) {
        long expires = rowTtlMillis != 0 ? commitTs.millis() + rowTtlMillis : expiresAtMillis;
        return new WriteRecord(kind, commitTs, startTs, expires, kind == WriteRecord.Kind.ADD ? baseTs : commitTs,
                isLong, value);
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(48 + primary.length + (value == null ? 0 : value.length));
        out.u8(FORMAT).u8(kind.ordinal()).bytes(primary).varint(startTs.value()).varint(ttlMillis)
                .varint(minCommitTs.value()).varint(rowTtlMillis).varint(expiresAtMillis).varint(baseTs.value());
        if (value != null) {
            out.u8(1).bytes(value);
        } else {
            out.u8(isLong ? 2 : 0);
        }
        return out.toBytes();
    }

    /** CORRUPTION when {@code bytes} is not a record, UNSUPPORTED_VERSION when it is of a newer format. */
    public static LockRecord decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int format = in.u8();
        if (format != FORMAT) {
            throw new NokvException(format > FORMAT ? FailureCode.UNSUPPORTED_VERSION : FailureCode.CORRUPTION,
                    "lock record of format " + format);
        }
        int kind = in.u8();
        if (kind >= KINDS.length || KINDS[kind] == WriteRecord.Kind.ROLLBACK) {
            throw new NokvException(FailureCode.CORRUPTION, "lock record of kind " + kind);
        }
        byte[] primary = in.bytes();
        Timestamp startTs = timestamp(in);
        long ttlMillis = in.varint();
        Timestamp minCommitTs = timestamp(in);
        long rowTtlMillis = in.varint();
        long expiresAtMillis = in.varint();
        Timestamp baseTs = timestamp(in);
        int form = in.u8();
        byte[] value = form == 1 ? in.bytes() : null;
        in.end();
        return new LockRecord(KINDS[kind], primary, startTs, ttlMillis, minCommitTs, rowTtlMillis, expiresAtMillis,
                baseTs, form == 2, value);
    }

    private static Timestamp timestamp(ByteReader in) {
        long value = in.varint();
        if (value < 0) {
            throw new NokvException(FailureCode.CORRUPTION, "lock record with a negative timestamp");
        }
        return new Timestamp(value);
    }

    @Override
    public String toString() {
        return kind + " of " + startTs + ", primary " + Bytes.show(primary);
    }
}
