package io.nokv.lsm.vlog;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How much of what was first written to one value file something holds: a table the pointers, a file the records.
 *
 * @param origin number of the file that the values were first written to; pointers name it for ever
 * @param values how many, at least 1
 * @param bytes their records' bytes
 */
public record ValueShare(long origin, long values, long bytes) {
    /** The sum of two shares of one origin. */
    public ValueShare plus(ValueShare other) {
        return new ValueShare(origin, values + other.values, bytes + other.bytes);
    }

    public static void encode(ByteWriter out, Collection<ValueShare> shares) {
        out.varint(shares.size());
        shares.forEach(s -> out.varint(s.origin).varint(s.values).varint(s.bytes));
    }

    /** CORRUPTION, without a place, when the grammar is broken. */
    public static List<ValueShare> decode(ByteReader in) {
        int count = in.varint(in.remaining());
        List<ValueShare> shares = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            shares.add(new ValueShare(in.varint(), in.varint(), in.varint()));
        }
        return List.copyOf(shares);
    }
}
