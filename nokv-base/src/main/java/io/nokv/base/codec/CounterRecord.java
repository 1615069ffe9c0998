package io.nokv.base.codec;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.Arrays;

/**
 * A stored record of signed 64-bit slots that transactions change by deltas instead of rewriting.
 *
 * <pre>record = u8:headerBytes header varint:slots signedVarint*slots</pre>
 *
 * The header (magic, kind, schema version) is opaque here and survives every change. Immutable.
 */
public final class CounterRecord {
    /** More slots than any record has; bounds what a decoder allocates. */
    public static final int MAX_SLOTS = 64;

    /** How a delta changes its slot. */
    public enum Change {
        /** Adds the operand. */
        ADD,
        /** Keeps the larger of slot and operand. */
        MAX,
        /** Replaces the slot. */
        SET
    }

    /**
     * One change of one slot. The result must lie in {@code [min, max]}, else the whole delta is refused; an ADD that
     * overflows is out of bounds too.
     */
    public record Delta(int slot, Change change, long operand, long min, long max) {
        public static Delta add(int slot, long operand) {
            return new Delta(slot, Change.ADD, operand, Long.MIN_VALUE, Long.MAX_VALUE);
        }

        public static Delta addBounded(int slot, long operand, long min, long max) {
            return new Delta(slot, Change.ADD, operand, min, max);
        }

        public static Delta max(int slot, long operand) {
            return new Delta(slot, Change.MAX, operand, Long.MIN_VALUE, Long.MAX_VALUE);
        }

        public static Delta set(int slot, long operand) {
            return new Delta(slot, Change.SET, operand, Long.MIN_VALUE, Long.MAX_VALUE);
        }
    }

    private final byte[] header;
    private final long[] slots;

    public CounterRecord(byte[] header, long... slots) {
        if (header.length > 255 || slots.length > MAX_SLOTS) {
            throw NokvException
                    .invalid("counter record of " + header.length + " header bytes and " + slots.length + " slots");
        }
        this.header = header.clone();
        this.slots = slots.clone();
    }

    public byte[] header() {
        return header.clone();
    }

    public int slots() {
        return slots.length;
    }

    public long slot(int index) {
        return slots[index];
    }

    /** The record after {@code delta}, or null when the result would leave the delta's bounds. */
    public CounterRecord apply(Delta delta) {
        if (delta.slot < 0 || delta.slot >= slots.length) {
            throw NokvException.invalid("slot " + delta.slot + " of a counter record with " + slots.length);
        }
        long before = slots[delta.slot];
        long after = switch (delta.change) {
            case ADD -> before + delta.operand;
            case MAX -> Math.max(before, delta.operand);
            case SET -> delta.operand;
        };
        boolean overflow = delta.change == Change.ADD && ((before ^ after) & (delta.operand ^ after)) < 0;
        if (overflow || after < delta.min || after > delta.max) {
            return null;
        }
        long[] changed = slots.clone();
        changed[delta.slot] = after;
        return new CounterRecord(header, changed);
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(header.length + 2 + slots.length * 5);
        out.u8(header.length).raw(header).varint(slots.length);
        for (long slot : slots) {
            out.signedVarint(slot);
        }
        return out.toBytes();
    }

    /** CORRUPTION when {@code bytes} is not a counter record. */
    public static CounterRecord decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        byte[] header = in.raw(in.u8());
        long[] slots = new long[in.varint(MAX_SLOTS)];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = in.signedVarint();
        }
        if (in.remaining() != 0) {
            throw new NokvException(FailureCode.CORRUPTION,
                    "counter record with " + in.remaining() + " bytes left over");
        }
        return new CounterRecord(header, slots);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CounterRecord that && Arrays.equals(header, that.header)
                && Arrays.equals(slots, that.slots);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(header) + Arrays.hashCode(slots);
    }

    @Override
    public String toString() {
        return Arrays.toString(slots);
    }
}
