package io.nokv.lsm.vfs;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.system.WaitFree;
import io.nokv.base.vfs.VfsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor. {@code users} counts calls in progress in its low 31 bits; its sign bit says closed. The
 * descriptor goes when the bit is set and the last call is out.
 */
final class RealFile implements VfsFile {
    private static final int CLOSED = Integer.MIN_VALUE;
    private static final long PAGE_BYTES = 64 << 10;

    private final String path;
    private final int fd;
    private final boolean writable;
    private final AtomicInteger users = new AtomicInteger();

    RealFile(String path, int fd, boolean writable) {
        this.path = path;
        this.fd = fd;
        this.writable = writable;
    }

    private void enter() {
        while (true) {
            int seen = users.get();
            if (seen < 0) {
                throw new NokvException(FailureCode.CLOSED, path + ": the file is closed");
            }
            if (users.compareAndSet(seen, seen + 1)) {
                return;
            }
        }
    }

    private void exit() {
        if (users.decrementAndGet() == CLOSED) {
            Posix.close(fd, path);
        }
    }

    private void enterToWrite() {
        if (!writable) {
            throw new NokvException(FailureCode.IO_ERROR, path + ": the file is open for reading");
        }
        enter();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public int read(long offset, ByteBuffer into) {
        WaitFree.refuse();
        if (!into.hasRemaining()) {
            return 0;
        }
        enter();
        try (Posix.Scratch scratch = Posix.Scratch.take()) {
            int wanted = Math.min(into.remaining(), Posix.Scratch.BYTES);
            int got = Posix.read(scratch, fd, path, offset, wanted);
            MemorySegment target = MemorySegment.ofBuffer(into);
            MemorySegment.copy(scratch.buffer, 0, target, 0, got);
            into.position(into.position() + got);
            return got;
        } finally {
            exit();
        }
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        if (!from.hasRemaining()) {
            return 0;
        }
        enterToWrite();
        try (Posix.Scratch scratch = Posix.Scratch.take()) {
            int wanted = Math.min(from.remaining(), Posix.Scratch.BYTES);
            MemorySegment.copy(MemorySegment.ofBuffer(from), 0, scratch.buffer, 0, wanted);
            int written = Posix.write(scratch, fd, path, offset, wanted);
            from.position(from.position() + written);
            return written;
        } finally {
            exit();
        }
    }

    @Override
    public void sync() {
        enter();
        try {
            Posix.syncData(fd, path);
        } finally {
            exit();
        }
    }

    @Override
    public void truncate(long size) {
        enterToWrite();
        try {
            Posix.truncate(fd, path, size);
        } finally {
            exit();
        }
    }

    /**
     * Writes zeros. A reservation without data (fallocate) is cheaper to make, but the first write into each reserved
     * extent then changes metadata, which is what {@code fdatasync} in place is meant to avoid.
     */
    @Override
    public void allocate(long size) {
        enterToWrite();
        try (Posix.Scratch scratch = Posix.Scratch.take()) {
            scratch.buffer.fill((byte) 0);
            long at = Posix.size(fd, path);
            while (at < size) {
                int count = (int) Math.min(Posix.Scratch.BYTES, size - at);
                at += Posix.write(scratch, fd, path, at, count);
            }
        } finally {
            exit();
        }
    }

    @Override
    public long size() {
        enter();
        try {
            return Posix.size(fd, path);
        } finally {
            exit();
        }
    }

    @Override
    public MemorySegment map(long offset, long length, Arena arena) {
        enter();
        try {
            if (length == 0) {
                return arena.allocate(0).asReadOnly();
            }
            if (offset < 0 || length < 0 || offset + length > Posix.size(fd, path)) {
                throw new NokvException(FailureCode.IO_ERROR,
                        path + ": cannot map " + length + " bytes at " + offset + ", the file is shorter");
            }
            long page = offset / PAGE_BYTES * PAGE_BYTES;
            return Posix.map(fd, path, page, offset - page + length, arena).asSlice(offset - page);
        } finally {
            exit();
        }
    }

    @Override
    public void close() {
        while (true) {
            int seen = users.get();
            if (seen < 0) {
                return;
            }
            if (users.compareAndSet(seen, seen | CLOSED)) {
                if (seen == 0) {
                    Posix.close(fd, path);
                }
                return;
            }
        }
    }
}
