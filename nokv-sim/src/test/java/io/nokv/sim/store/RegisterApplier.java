package io.nokv.sim.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.store.Applier;
import io.nokv.raft.store.ApplyReader;
import java.util.Set;

/**
 * Registers as rows, and a row for every operation that took effect, beside its register. Rows are spread over two families.
 *
 * <pre>
 * DEFAULT u16:register u8:0          varint:value
 * WRITE   u16:register u64:operation nothing
 * </pre>
 *
 * All but the register is the tail of a key, so that regions which split by themselves do so between registers.
 */
final class RegisterApplier implements Applier {
    @Override
    public Set<Family> families() {
        return Set.of(Family.DEFAULT, Family.WRITE);
    }

    static byte[] valueKey(int register) {
        return new ByteWriter(3).u16(register).u8(0).toBytes();
    }

    static byte[] operationKey(int register, long operation) {
        return new ByteWriter(10).u16(register).u64(operation).toBytes();
    }

    static long value(byte[] stored) {
        return stored == null ? 0 : new ByteReader(stored).varint();
    }

    /** Answers what the register held before. */
    @Override
    public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
            ApplyReader reader) {
        ByteReader in = new ByteReader(command);
        long operation = in.varint();
        RegisterCall call = RegisterCall.decode(in);
        byte[] key = valueKey(call.register());
        if (!region.range().contains(key)) {
            throw new AssertionError("register " + call.register() + " is written in " + region);
        }
        byte[] mark = operationKey(call.register(), operation);
        if (reader.get(Family.WRITE, mark) != null) {
            throw new AssertionError("operation " + operation + " took effect twice in " + region);
        }
        byte[] before = reader.get(Family.DEFAULT, key);
        long after = RegisterModel.after(value(before), call);
        into.put(Family.DEFAULT, key, new ByteWriter(9).varint(after).toBytes()).put(Family.WRITE, mark, new byte[0]);
        return new ByteWriter(9).varint(value(before)).toBytes();
    }
}
