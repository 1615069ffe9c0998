package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;

/** Reads counter records with our header. */
final class Counters {
    private Counters() {}

    /** At least {@code slots} slots; a newer version may have more. */
    static CounterRecord decode(byte[] value, RowKind kind, int slots) {
        CounterRecord record = CounterRecord.decode(value);
        ValueHeader.read(new ByteReader(record.header()), kind);
        if (record.slots() < slots) {
            throw new NokvException(FailureCode.CORRUPTION,
                    kind + " record with " + record.slots() + " slots, it has " + slots);
        }
        return record;
    }
}
