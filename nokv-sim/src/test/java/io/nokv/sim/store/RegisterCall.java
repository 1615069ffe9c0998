package io.nokv.sim.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.raft.store.ReadMode;

/** What a client asks of the replicated registers. Values are unique in a run, 0 is what a register holds at first. */
sealed interface RegisterCall {
    int register();

    record Put(int register, long value) implements RegisterCall {}

    /** Puts {@code value} if the register holds {@code expected}. */
    record Swap(int register, long expected, long value) implements RegisterCall {}

    record Get(int register, ReadMode how) implements RegisterCall {}

    default byte[] encode(long operation) {
        ByteWriter out = new ByteWriter().varint(operation).varint(register());
        switch (this) {
            case Put put -> out.u8(0).varint(put.value);
            case Swap swap -> out.u8(1).varint(swap.expected).varint(swap.value);
            case Get _ -> out.u8(2);
        }
        return out.toBytes();
    }

    /** Reads what {@link #encode} wrote after the operation's number. */
    static RegisterCall decode(ByteReader in) {
        int register = in.varint(1_000);
        return switch (in.u8()) {
            case 0 -> new Put(register, in.varint());
            case 1 -> new Swap(register, in.varint(), in.varint());
            default -> new Get(register, ReadMode.READ_INDEX);
        };
    }
}
