package io.nokv.lsm.vlog;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import java.util.List;

/**
 * What the manifest knows of a value file.
 *
 * @param number names the file
 * @param bytes the file's length
 * @param family of all its values
 * @param generation how often its values were moved; 0 for a file that holds what it was written with
 * @param records what it holds, by ascending origin; of a file of generation 0 that is itself
 */
public record ValueFileMeta(long number, long bytes, Family family, int generation, List<ValueShare> records) {
    public long values() {
        return records.stream().mapToLong(ValueShare::values).sum();
    }

    /** Bytes of all records, without header, index and footer. */
    public long recordBytes() {
        return records.stream().mapToLong(ValueShare::bytes).sum();
    }

    public void encode(ByteWriter out) {
        out.varint(number).varint(bytes).u8(family.code()).u8(generation);
        ValueShare.encode(out, records);
    }

    /** CORRUPTION, without a place, when the grammar is broken. */
    public static ValueFileMeta decode(ByteReader in) {
        long number = in.varint();
        long bytes = in.varint();
        Family family = Family.ofCode(in.u8());
        if (family == null) {
            throw new NokvException(FailureCode.CORRUPTION, "value file " + number + " is of no known family");
        }
        return new ValueFileMeta(number, bytes, family, in.u8(), ValueShare.decode(in));
    }

    @Override
    public String toString() {
        return "value file " + number + " (" + bytes + " bytes, " + values() + " values)";
    }
}
