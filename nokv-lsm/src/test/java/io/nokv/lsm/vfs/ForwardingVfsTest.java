package io.nokv.lsm.vfs;

import io.nokv.base.vfs.ForwardingFile;
import io.nokv.base.vfs.ForwardingVfs;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;

/** One that only passes on is as good as the one below. */
class ForwardingVfsTest implements VfsConformance {
    @Override
    public Vfs vfs() {
        return new ForwardingVfs(new MemVfs()) {
            @Override
            protected VfsFile wrap(VfsFile file) {
                return new ForwardingFile(file) {};
            }
        };
    }
}
