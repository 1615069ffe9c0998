package io.nokv.lsm.vfs;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The system calls this store makes (Linux and macOS, 64 bit). Each retries on EINTR and turns an error into a
 * {@link NokvException} that carries the path and the errno. Thread-safe.
 */
final class Posix {
    static final int READ_ONLY = 0;
    static final int READ_WRITE = 2;
    static final int CREATE;
    static final int EXCLUSIVE;
    static final int TRUNCATE;
    private static final int CLOSE_ON_EXEC;

    private static final int FILE_MODE = 0600;
    private static final int LOCK_EXCLUSIVE_NOW = 2 | 4;
    private static final int SEEK_END = 2;
    private static final int PROTECT_READ = 1;
    private static final int MAP_SHARED = 1;
    private static final int MAC_FULL_SYNC = 51;

    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EEXIST = 17;
    private static final int ENOSPC = 28;
    private static final int EDQUOT;
    private static final int EWOULDBLOCK;

    private static final boolean MAC;

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle OPEN;
    private static final MethodHandle CLOSE;
    private static final MethodHandle PREAD;
    private static final MethodHandle PWRITE;
    private static final MethodHandle FSYNC;
    private static final MethodHandle FDATASYNC;
    private static final MethodHandle FCNTL;
    private static final MethodHandle FTRUNCATE;
    private static final MethodHandle LSEEK;
    private static final MethodHandle FLOCK;
    private static final MethodHandle MMAP;
    private static final MethodHandle MUNMAP;

    static {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        MAC = os.contains("mac");
        if (!MAC && !os.contains("linux")) {
            throw new NokvException(FailureCode.IO_ERROR, "files on " + os + " are not supported: Linux and macOS are");
        }
        CREATE = MAC ? 0x200 : 0x40;
        EXCLUSIVE = MAC ? 0x800 : 0x80;
        TRUNCATE = MAC ? 0x400 : 0x200;
        CLOSE_ON_EXEC = MAC ? 0x1000000 : 0x80000;
        EDQUOT = MAC ? 69 : 122;
        EWOULDBLOCK = MAC ? 35 : 11;
        var i = ValueLayout.JAVA_INT;
        var l = ValueLayout.JAVA_LONG;
        var p = ValueLayout.ADDRESS;
        OPEN = call("open", FunctionDescriptor.of(i, p, i, i), Linker.Option.firstVariadicArg(2));
        CLOSE = call("close", FunctionDescriptor.of(i, i));
        PREAD = call("pread", FunctionDescriptor.of(l, i, p, l, l));
        PWRITE = call("pwrite", FunctionDescriptor.of(l, i, p, l, l));
        FSYNC = call("fsync", FunctionDescriptor.of(i, i));
        FDATASYNC = call("fdatasync", FunctionDescriptor.of(i, i));
        FCNTL = call("fcntl", FunctionDescriptor.of(i, i, i, i), Linker.Option.firstVariadicArg(2));
        FTRUNCATE = call("ftruncate", FunctionDescriptor.of(i, i, l));
        LSEEK = call("lseek", FunctionDescriptor.of(l, i, l, i));
        FLOCK = call("flock", FunctionDescriptor.of(i, i, i));
        MMAP = call("mmap", FunctionDescriptor.of(p, p, l, i, i, i, l));
        MUNMAP = call("munmap", FunctionDescriptor.of(i, p, l));
    }

    private Posix() {}

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... more) {
        Linker linker = Linker.nativeLinker();
        Linker.Option[] options = new Linker.Option[more.length + 1];
        options[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(more, 0, options, 1, more.length);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }

    /** Native memory for one call: where errno lands, and a bounce buffer. Pooled: allocation zeroes and calls malloc. */
    static final class Scratch implements AutoCloseable {
        static final int BYTES = 128 << 10;
        private static final int POOLED = 64;
        private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();
        private static final AtomicInteger IDLE = new AtomicInteger();

        final MemorySegment errno;
        final MemorySegment buffer;

        private Scratch() {
            Arena arena = Arena.ofAuto();
            errno = arena.allocate(CAPTURE);
            buffer = arena.allocate(BYTES, 64);
        }

        static Scratch take() {
            Scratch idle = POOL.poll();
            if (idle == null) {
                return new Scratch();
            }
            IDLE.decrementAndGet();
            return idle;
        }

        @Override
        public void close() {
            if (IDLE.incrementAndGet() <= POOLED) {
                POOL.add(this);
            } else {
                IDLE.decrementAndGet();
            }
        }

        private int code() {
            return (int) ERRNO.get(errno, 0L);
        }
    }

    private interface Call {
        long run() throws Throwable;
    }

    /** Runs {@code call} until it is not interrupted; a negative result becomes an exception. */
    private static long check(Scratch scratch, String what, String path, Call call) {
        while (true) {
            long result;
            try {
                result = call.run();
            } catch (Error | RuntimeException e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            if (result >= 0) {
                return result;
            }
            int errno = scratch.code();
            if (errno != EINTR) {
                throw failure(what, path, errno);
            }
        }
    }

    private static NokvException failure(String what, String path, int errno) {
        FailureCode code;
        String text;
        if (errno == ENOENT) {
            code = FailureCode.FILE_NOT_FOUND;
            text = "no such file";
        } else if (errno == EEXIST) {
            code = FailureCode.FILE_EXISTS;
            text = "file exists";
        } else if (errno == ENOSPC || errno == EDQUOT) {
            code = FailureCode.NO_SPACE;
            text = "no space left";
        } else if (errno == EWOULDBLOCK) {
            code = FailureCode.LOCKED;
            text = "locked by another opener";
        } else {
            code = FailureCode.IO_ERROR;
            text = "failed";
        }
        return new NokvException(code, path + ": " + what + ": " + text + " (errno " + errno + ")");
    }

    static int open(String absolute, String path, int flags) {
        try (Scratch s = Scratch.take(); Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(absolute);
            return (int) check(s, "open", path,
                    () -> (int) OPEN.invokeExact(s.errno, name, flags | CLOSE_ON_EXEC, FILE_MODE));
        }
    }

    /** Never retried: after EINTR the descriptor is gone on Linux. */
    static void close(int fd, String path) {
        try (Scratch s = Scratch.take()) {
            int result = (int) CLOSE.invokeExact(s.errno, fd);
            if (result < 0 && s.code() != EINTR) {
                throw failure("close", path, s.code());
            }
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Reads up to {@code count} bytes into the scratch buffer. Allocates nothing. */
    static int read(Scratch s, int fd, String path, long offset, int count) {
        while (true) {
            long result;
            try {
                result = (long) PREAD.invokeExact(s.errno, fd, s.buffer, (long) count, offset);
            } catch (Error | RuntimeException e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            if (result >= 0) {
                return (int) result;
            }
            if (s.code() != EINTR) {
                throw failure("read at " + offset, path, s.code());
            }
        }
    }

    /** Writes up to {@code count} bytes from the scratch buffer. Allocates nothing. */
    static int write(Scratch s, int fd, String path, long offset, int count) {
        while (true) {
            long result;
            try {
                result = (long) PWRITE.invokeExact(s.errno, fd, s.buffer, (long) count, offset);
            } catch (Error | RuntimeException e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            if (result >= 0) {
                return (int) result;
            }
            if (s.code() != EINTR) {
                throw failure("write at " + offset, path, s.code());
            }
        }
    }

    /** Data and what is needed to read it back; on macOS down to the medium. */
    static void syncData(int fd, String path) {
        try (Scratch s = Scratch.take()) {
            check(s, "sync", path, () -> MAC
                    ? (int) FCNTL.invokeExact(s.errno, fd, MAC_FULL_SYNC, 0)
                    : (int) FDATASYNC.invokeExact(s.errno, fd));
        }
    }

    /** Everything, for directories. */
    static void syncAll(int fd, String path) {
        try (Scratch s = Scratch.take()) {
            check(s, "sync", path, () -> (int) FSYNC.invokeExact(s.errno, fd));
        }
    }

    static void truncate(int fd, String path, long size) {
        try (Scratch s = Scratch.take()) {
            check(s, "truncate to " + size, path, () -> (int) FTRUNCATE.invokeExact(s.errno, fd, size));
        }
    }

    static long size(int fd, String path) {
        try (Scratch s = Scratch.take()) {
            return check(s, "size", path, () -> (long) LSEEK.invokeExact(s.errno, fd, 0L, SEEK_END));
        }
    }

    /** Takes the advisory lock of this open file, which no other open file can hold, in this process or another. */
    static void lock(int fd, String path) {
        try (Scratch s = Scratch.take()) {
            check(s, "lock", path, () -> (int) FLOCK.invokeExact(s.errno, fd, LOCK_EXCLUSIVE_NOW));
        }
    }

    /** Maps whole pages read-only; {@code offset} must be page-aligned, {@code length} positive. */
    @SuppressWarnings("restricted")
    static MemorySegment map(int fd, String path, long offset, long length, Arena arena) {
        try (Scratch s = Scratch.take()) {
            MemorySegment mapped = (MemorySegment) MMAP.invokeExact(s.errno, MemorySegment.NULL, length, PROTECT_READ,
                    MAP_SHARED, fd, offset);
            if (mapped.address() == -1) {
                throw failure("map at " + offset, path, s.code());
            }
            return mapped.reinterpret(length, arena, Posix::unmap).asReadOnly();
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try (Scratch s = Scratch.take()) {
            check(s, "unmap", "mapping",
                    () -> (int) MUNMAP.invokeExact(s.errno, mapped, mapped.byteSize()));
        }
    }
}
