package io.nokv.lsm;

import java.util.ArrayList;
import java.util.List;

/** Writes that become visible and durable together, across families. Later operations on a key win. Not thread-safe. */
public final class WriteBatch {
    /** One operation. Arrays must not change after they were handed in. */
    public sealed interface Op {
        Family family();

        byte[] key();

        record Put(Family family, byte[] key, byte[] value) implements Op {}

        record Delete(Family family, byte[] key) implements Op {}
    }

    private final List<Op> ops = new ArrayList<>();
    private long bytes;

    public WriteBatch put(Family family, byte[] key, byte[] value) {
        ops.add(new Op.Put(family, key, value));
        bytes += key.length + value.length;
        return this;
    }

    public WriteBatch delete(Family family, byte[] key) {
        ops.add(new Op.Delete(family, key));
        bytes += key.length;
        return this;
    }

    public List<Op> ops() {
        return ops;
    }

    public boolean isEmpty() {
        return ops.isEmpty();
    }

    /** Key and value bytes, without framing. */
    public long payloadBytes() {
        return bytes;
    }
}
