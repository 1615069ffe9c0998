package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.ForwardingFile;
import io.nokv.base.vfs.ForwardingVfs;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.nio.ByteBuffer;

/** A file system that becomes full, and has space again, when told so. Thread-safe as the one below. */
final class FullVfs extends ForwardingVfs {
    /** What {@link #freeBytes()} answers. */
    volatile long free = Long.MAX_VALUE;
    /** Whether tables and value files cannot be written, whatever {@link #freeBytes()} said. */
    volatile boolean tablesFail;
    /** How many attempts to write one of them failed. */
    volatile int refused;

    FullVfs(Vfs below) {
        super(below);
    }

    @Override
    public long freeBytes() {
        return free;
    }

    @Override
    protected VfsFile wrap(VfsFile file) {
        return new ForwardingFile(file) {
            @Override
            public int write(long offset, ByteBuffer from) {
                if (tablesFail && (path().endsWith(".sst") || path().endsWith(".vlog"))) {
                    refused++;
                    throw new NokvException(FailureCode.NO_SPACE, path() + ": no space left on device");
                }
                return super.write(offset, from);
            }
        };
    }
}
