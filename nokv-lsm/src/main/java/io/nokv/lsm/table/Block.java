package io.nokv.lsm.table;

import io.nokv.base.error.NokvException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A decompressed data block. Immutable. */
final class Block {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    final byte[] bytes;
    /** Where the entries end and the restarts begin. */
    final int entriesEnd;
    final int restarts;
    /** For messages: which block this is. */
    private final String path;
    private final long offset;

    /** @param path and @param offset say where the block came from; CORRUPTION when it cannot be a block */
    Block(byte[] bytes, String path, long offset) {
        this.bytes = bytes;
        this.path = path;
        this.offset = offset;
        int count = bytes.length < 4 ? -1 : (int) INTS.get(bytes, bytes.length - 4);
        if (count < 1 || count > (bytes.length - 4) / 4) {
            throw damaged("a block with " + count + " restarts");
        }
        restarts = count;
        entriesEnd = bytes.length - 4 - 4 * count;
    }

    int restart(int index) {
        int at = (int) INTS.get(bytes, entriesEnd + 4 * index);
        if (at < 0 || at >= entriesEnd) {
            throw damaged("restart " + index + " outside its block");
        }
        return at;
    }

    NokvException damaged(String what) {
        return NokvException.corruption(path, offset, what);
    }
}
