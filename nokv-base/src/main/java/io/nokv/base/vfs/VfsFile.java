package io.nokv.base.vfs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** An open file. Positional reads and writes may run on many threads; nobody uses it after {@link #close()}. */
public interface VfsFile extends AutoCloseable {
    String path();

    /** Reads up to {@code into.remaining()} bytes at {@code offset}; returns how many, 0 at or past the end. May be short. */
    int read(long offset, ByteBuffer into);

    /** Writes up to {@code from.remaining()} bytes at {@code offset}, growing the file; returns how many. May be short. */
    int write(long offset, ByteBuffer from);

    /** Makes all earlier writes durable (fdatasync). */
    void sync();

    void truncate(long size);

    /** Reserves space so that writes below {@code size} need no new blocks; the file reads as zeros there. */
    void allocate(long size);

    long size();

    /** Maps {@code [offset, offset + length)} read-only for the life of {@code arena}. */
    MemorySegment map(long offset, long length, Arena arena);

    @Override
    void close();
}
