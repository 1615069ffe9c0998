package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Counts the calls on a file system and makes those from the nth on, or only the nth, go wrong. One thread at a time. */
final class FaultVfs implements Vfs {
    /** What goes wrong. */
    enum Fault {
        /** From the nth call on nothing is done any more, and every call throws. */
        POWER_CUT,
        /** The nth call fails. */
        EIO,
        /** From the nth call on everything that needs space fails. */
        FULL,
        /** From the nth call on reads and writes move fewer bytes than asked. */
        SHORT
    }

    private final Vfs under;
    private final Fault fault;
    private final long at;
    private long calls;
    /** Files begun, by what is behind the dot or before the dash of their names. */
    private final TreeMap<String, Integer> made = new TreeMap<>();

    /** @param at the call, counted from 1, at which {@code fault} begins; 0 for never */
    FaultVfs(Vfs under, Fault fault, long at) {
        this.under = under;
        this.fault = fault;
        this.at = at;
    }

    int made(String kind) {
        return made.getOrDefault(kind, 0);
    }

    private void count(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        made.merge(name.startsWith("MANIFEST") ? "MANIFEST" : name.substring(name.lastIndexOf('.') + 1), 1,
                Integer::sum);
    }

    @Override
    public String toString() {
        return calls + " calls, files begun: " + made;
    }

    long calls() {
        return calls;
    }

    boolean reached() {
        return at > 0 && calls >= at;
    }

    private <T> T call(boolean takesSpace, Supplier<T> action) {
        calls++;
        boolean now = switch (fault) {
            case POWER_CUT -> reached();
            case EIO -> calls == at;
            case FULL -> reached() && takesSpace;
            case SHORT -> false;
        };
        if (now) {
            throw new NokvException(fault == Fault.FULL ? FailureCode.NO_SPACE : FailureCode.IO_ERROR,
                    "injected " + fault + " at call " + calls);
        }
        return action.get();
    }

    private void run(boolean takesSpace, Runnable action) {
        call(takesSpace, () -> {
            action.run();
            return null;
        });
    }

    private ByteBuffer shortened(ByteBuffer buffer) {
        boolean cut = fault == Fault.SHORT && reached() && buffer.remaining() > 1;
        ByteBuffer part = buffer.duplicate();
        return cut ? part.limit(part.position() + Math.max(1, part.remaining() / 3)) : part;
    }

    @Override
    public VfsFile open(String path, Mode mode) {
        boolean creates = mode == Mode.CREATE_NEW || mode == Mode.CREATE_OR_TRUNCATE;
        VfsFile opened = call(creates, () -> under.open(path, mode));
        if (creates) {
            count(path);
        }
        return new File(opened);
    }

    @Override
    public void makeDirectories(String path) {
        run(true, () -> under.makeDirectories(path));
    }

    @Override
    public List<String> list(String directory) {
        return call(false, () -> under.list(directory));
    }

    @Override
    public boolean exists(String path) {
        return call(false, () -> under.exists(path));
    }

    @Override
    public long size(String path) {
        return call(false, () -> under.size(path));
    }

    @Override
    public void rename(String from, String to) {
        run(false, () -> under.rename(from, to));
        if (to.endsWith(".wal")) {
            count("recycled.wal");
        }
    }

    @Override
    public void link(String from, String to) {
        run(true, () -> under.link(from, to));
    }

    @Override
    public void delete(String path) {
        run(false, () -> under.delete(path));
    }

    @Override
    public void syncDir(String directory) {
        run(false, () -> under.syncDir(directory));
    }

    @Override
    public AutoCloseable lock(String path) {
        return call(true, () -> under.lock(path));
    }

    @Override
    public long freeBytes() {
        return call(false, under::freeBytes);
    }

    private final class File implements VfsFile {
        private final VfsFile file;

        File(VfsFile file) {
            this.file = file;
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public int read(long offset, ByteBuffer into) {
            ByteBuffer part = shortened(into);
            int n = call(false, () -> file.read(offset, part));
            into.position(into.position() + n);
            return n;
        }

        @Override
        public int write(long offset, ByteBuffer from) {
            ByteBuffer part = shortened(from);
            int n = call(true, () -> file.write(offset, part));
            from.position(from.position() + n);
            return n;
        }

        @Override
        public void sync() {
            run(true, file::sync);
        }

        @Override
        public void truncate(long size) {
            run(false, () -> file.truncate(size));
        }

        @Override
        public void allocate(long size) {
            run(true, () -> file.allocate(size));
        }

        @Override
        public long size() {
            return call(false, file::size);
        }

        @Override
        public MemorySegment map(long offset, long length, Arena arena) {
            return call(false, () -> file.map(offset, length, arena));
        }

        /** Not counted: it touches no medium. */
        @Override
        public void close() {
            file.close();
        }
    }
}
