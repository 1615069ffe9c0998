package io.nokv.server.posix;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.NameEscapes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads metadata of files by exact byte names. Owns native buffers; one thread at a time; close it. */
public final class Posix implements AutoCloseable {
    /** The longest path a call takes, with its NUL. */
    public static final int MAX_PATH_BYTES = 4096;

    /** The longest target of a symlink. */
    private static final int MAX_TARGET_BYTES = 4096;

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int STATX_BASIC_STATS = 0x7FF;
    private static final int AT_FDCWD = -100;
    private static final int DIRENT_TYPE_OFFSET = 18;
    private static final int DIRENT_NAME_OFFSET = 19;
    private static final int DT_DIRECTORY = 4;
    private static final ValueLayout.OfShort RECORD_LENGTH = ValueLayout.JAVA_SHORT;

    /** What one read of a directory may bring. */
    private static final int ENTRIES_BYTES = 64 << 10;

    /** O_DIRECTORY and O_NOFOLLOW differ between architectures; O_NOATIME does not. */
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    private static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;
    private static final int O_NOATIME = 01000000;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment callState = arena.allocate(LibC.CALL_STATE);
    private final MemorySegment path = arena.allocate(MAX_PATH_BYTES);
    private final MemorySegment target = arena.allocate(MAX_TARGET_BYTES);
    private final MemorySegment entries = arena.allocate(ENTRIES_BYTES, 8);
    private final MemorySegment status = arena.allocate(256, 8);

    private Posix() {}

    /** UNSUPPORTED_VERSION on a system that is not 64-bit Linux. */
    public static Posix open() {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        if (!system.equals("Linux") || !(architecture.equals("amd64") || ARM)) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION,
                    "reading a directory tree needs Linux on x86-64 or aarch64; this is " + system + " on "
                            + architecture);
        }
        return new Posix();
    }

    private interface NameSink {
        void take(byte[] name, int type);
    }

    /** An open directory. Close it. */
    public final class Directory implements AutoCloseable {
        private final byte[] name;
        private int descriptor;

        private Directory(byte[] name, int descriptor) {
            this.name = name;
            this.descriptor = descriptor;
        }

        /** The names in it but "." and "..", in order of unsigned bytes. Call this or {@link #count}, once. */
        public List<byte[]> names() {
            List<byte[]> names = new ArrayList<>();
            readAll((name, _) -> names.add(name));
            names.sort(Arrays::compareUnsigned);
            return names;
        }

        /** How many names it has, without asking for their status; those known to be directories go to {@code into}. */
        public long count(List<byte[]> into) {
            long[] count = {0};
            readAll((name, type) -> {
                count[0]++;
                if (type == DT_DIRECTORY) {
                    into.add(name);
                }
            });
            return count[0];
        }

        private void readAll(NameSink sink) {
            while (true) {
                long filled = read();
                if (filled == 0) {
                    return;
                }
                for (long at = 0; at < filled; at += Short.toUnsignedInt(entries.get(RECORD_LENGTH, at + 16))) {
                    byte[] found = nameAt(at + DIRENT_NAME_OFFSET);
                    boolean self = found.length == 1 && found[0] == '.';
                    boolean parent = found.length == 2 && found[0] == '.' && found[1] == '.';
                    if (!self && !parent) {
                        sink.take(found, entries.get(ValueLayout.JAVA_BYTE, at + DIRENT_TYPE_OFFSET));
                    }
                }
            }
        }

        /** Fills the buffer with {@code struct dirent64} records; returns how many bytes, 0 at the end. */
        private long read() {
            try {
                long filled = (long) LibC.GETDENTS.invokeExact(callState, descriptor, entries, entries.byteSize());
                if (filled < 0) {
                    throw failure("getdents64", name, LibC.errno(callState));
                }
                return filled;
            } catch (Throwable e) {
                throw rethrow(e);
            }
        }

        private byte[] nameAt(long offset) {
            int length = 0;
            while (entries.get(ValueLayout.JAVA_BYTE, offset + length) != 0) {
                length++;
            }
            byte[] found = new byte[length];
            MemorySegment.copy(entries, ValueLayout.JAVA_BYTE, offset, found, 0, length);
            return found;
        }

        /** Of an entry of this directory; a symlink is not followed. */
        public FileStatus status(byte[] entry) {
            return Posix.this.status(descriptor, entry, AT_SYMLINK_NOFOLLOW);
        }

        /** Of this directory itself. */
        public FileStatus status() {
            return Posix.this.status(descriptor, new byte[]{'.'}, AT_SYMLINK_NOFOLLOW);
        }

        /** The target of a symlink in this directory. */
        public byte[] readLink(byte[] entry) {
            put(entry);
            try {
                long length = (long) LibC.READLINKAT.invokeExact(callState, descriptor, path, target,
                        (long) MAX_TARGET_BYTES);
                if (length < 0) {
                    throw failure("readlinkat", entry, LibC.errno(callState));
                }
                byte[] bytes = new byte[Math.toIntExact(length)];
                MemorySegment.copy(target, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
                return bytes;
            } catch (Throwable e) {
                throw rethrow(e);
            }
        }

        @Override
        public void close() {
            if (descriptor >= 0) {
                closeDescriptor(descriptor);
                descriptor = -1;
            }
        }
    }

    /**
     * Opens a directory; its last component must not be a symlink unless {@code follow}. Does not change its access time
     * where the system lets us.
     */
    public Directory openDirectory(byte[] directory, boolean follow) {
        int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
        put(directory);
        try {
            int descriptor = (int) LibC.OPEN.invokeExact(callState, path, flags | O_NOATIME, 0);
            if (descriptor < 0 && LibC.errno(callState) == PosixException.EPERM) {
                descriptor = (int) LibC.OPEN.invokeExact(callState, path, flags, 0);
            }
            if (descriptor < 0) {
                throw failure("open", directory, LibC.errno(callState));
            }
            return new Directory(directory, descriptor);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** Of the file at {@code file}; a symlink at its end is followed only when {@code follow}. */
    public FileStatus status(byte[] file, boolean follow) {
        return status(AT_FDCWD, file, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    }

    private FileStatus status(int directory, byte[] file, int flags) {
        put(file);
        try {
            int result = (int) LibC.STATX.invokeExact(callState, directory, path, flags, STATX_BASIC_STATS, status);
            if (result != 0) {
                throw failure("statx", file, LibC.errno(callState));
            }
        } catch (Throwable e) {
            throw rethrow(e);
        }
        int mode = Short.toUnsignedInt(status.get(ValueLayout.JAVA_SHORT, 28));
        FileType type = FileStatus.typeOf(mode);
        if (type == null) {
            throw failure("statx", file, PosixException.EINVAL);
        }
        boolean device = type == FileType.CHAR_DEVICE || type == FileType.BLOCK_DEVICE;
        return new FileStatus(type, mode & 07777, number(20), number(24), Integer.toUnsignedLong(number(16)),
                status.get(ValueLayout.JAVA_LONG, 40), FileStatus.deviceNumber(number(136), number(140)),
                status.get(ValueLayout.JAVA_LONG, 32),
                device ? FileStatus.deviceNumber(number(128), number(132)) : 0, time(64), time(112), time(96));
    }

    private void closeDescriptor(int descriptor) {
        try {
            int _ = (int) LibC.CLOSE.invokeExact(callState, descriptor);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private int number(long offset) {
        return status.get(ValueLayout.JAVA_INT, offset);
    }

    private long time(long offset) {
        return status.get(ValueLayout.JAVA_LONG, offset) * 1_000_000_000L
                + Integer.toUnsignedLong(number(offset + 8));
    }

    private void put(byte[] name) {
        if (name.length >= MAX_PATH_BYTES) {
            throw new PosixException("path", NameEscapes.escape(Arrays.copyOf(name, 64)) + "...", 36,
                    "a path of " + name.length + " bytes is longer than the system takes");
        }
        MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
        path.set(ValueLayout.JAVA_BYTE, name.length, (byte) 0);
    }

    private static PosixException failure(String call, byte[] name, int errno) {
        return new PosixException(call, NameEscapes.escape(name), errno, LibC.describe(errno));
    }

    /** Returns only to please the compiler. */
    private static RuntimeException rethrow(Throwable e) {
        switch (e) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new AssertionError("a call of the C library threw", e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
