package io.nokv.lsm.vfs;

import io.nokv.base.vfs.Vfs;

class MemVfsTest implements VfsConformance {
    @Override
    public Vfs vfs() {
        return new MemVfs();
    }
}
