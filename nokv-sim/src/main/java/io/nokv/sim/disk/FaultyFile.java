package io.nokv.sim.disk;

import io.nokv.base.vfs.VfsFile;
import io.nokv.sim.disk.DiskCall.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;

/** An open file of a {@link FaultyVfs}. */
final class FaultyFile implements VfsFile {
    private final FaultyVfs vfs;
    private final VfsFile file;

    FaultyFile(FaultyVfs vfs, VfsFile file) {
        this.vfs = vfs;
        this.file = file;
    }

    @Override
    public String path() {
        return file.path();
    }

    @Override
    public int read(long offset, ByteBuffer into) {
        Fault fault = vfs.begin(Op.READ, path(), offset, into.remaining(), 0);
        if (fault instanceof Fault.Rot) {
            rot(offset, into.remaining());
        }
        return vfs.complete(Op.READ, path(), fault, () -> moved(fault, into, () -> file.read(offset, into)));
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        Fault fault = vfs.begin(Op.WRITE, path(), offset, from.remaining(), hash(from));
        return vfs.complete(Op.WRITE, path(), fault, () -> moved(fault, from, () -> file.write(offset, from)));
    }

    /** Runs {@code move} with a shorter buffer when the fault says so. */
    private int moved(Fault fault, ByteBuffer buffer, IntSupplier move) {
        int limit = buffer.limit();
        if (fault instanceof Fault.Short && buffer.remaining() > 1) {
            buffer.limit(buffer.position() + 1 + vfs.disk().random().nextInt(buffer.remaining() - 1));
        }
        try {
            return move.getAsInt();
        } finally {
            buffer.limit(limit);
        }
    }

    private void rot(long offset, long length) {
        long at = offset + (length <= 1 ? 0 : vfs.disk().random().between(0, length - 1));
        vfs.disk().world().note("rot " + path(), at, 0, 0);
        vfs.disk().bytes().damage(path(), at, 1 << vfs.disk().random().nextInt(8));
    }

    /** FNV-1a. */
    private static long hash(ByteBuffer bytes) {
        long h = 0xCBF29CE484222325L;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            h = (h ^ bytes.get(i)) * 0x100000001B3L;
        }
        return h;
    }

    @Override
    public void sync() {
        run(Op.SYNC, 0, file::sync);
    }

    @Override
    public void truncate(long size) {
        run(Op.TRUNCATE, size, () -> file.truncate(size));
    }

    @Override
    public void allocate(long size) {
        run(Op.ALLOCATE, size, () -> file.allocate(size));
    }

    @Override
    public long size() {
        return vfs.call(Op.FILE_SIZE, path(), 0, 0, 0, file::size);
    }

    @Override
    public MemorySegment map(long offset, long length, Arena arena) {
        Fault fault = vfs.begin(Op.MAP, path(), offset, length, 0);
        if (fault instanceof Fault.Rot) {
            rot(offset, length);
        }
        return vfs.complete(Op.MAP, path(), fault, () -> file.map(offset, length, arena));
    }

    /** Takes no time and never fails: production code closes where it cannot wait. */
    @Override
    public void close() {
        Fault fault = vfs.disk().next(Op.CLOSE, path(), 0, 0, 0);
        file.close();
        if (fault instanceof Fault.PowerCut) {
            vfs.disk().cutPower();
        }
    }

    private void run(Op op, long argument, Runnable action) {
        vfs.call(op, path(), argument, 0, 0, () -> {
            action.run();
            return null;
        });
    }
}
