package io.nokv.lsm;

import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.vfs.VfsConformance;

/** Until its fault begins, one with a fault is a file system like any other. */
class FaultVfsTest implements VfsConformance {
    @Override
    public Vfs vfs() {
        return new FaultVfs(new MemVfs(), FaultVfs.Fault.EIO, 0);
    }
}
