package io.nokv.kv;

import io.nokv.base.codec.CounterRecord;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.percolator.Mutation;
import java.util.List;

/** Counter records with one slot. */
final class TestCounters {
    private TestCounters() {}

    static byte[] counter(long value) {
        return new CounterRecord(new byte[]{1}, value).encode();
    }

    static Mutation add(String key, long operand) {
        return new Mutation.Add(World.key(key), List.of(CounterRecord.Delta.add(0, operand)), false);
    }

    static long value(SnapshotReader reader, String key) {
        return CounterRecord.decode(reader.get(World.key(key)).value()).slot(0);
    }
}
