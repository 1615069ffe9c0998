package io.nokv.lsm.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.base.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealVfsTest implements VfsConformance {
    @TempDir
    Path directory;

    @Override
    public Vfs vfs() {
        return new RealVfs(directory);
    }

    @Test
    void filesAndDirectoriesArePrivate() throws IOException {
        Vfs vfs = vfs();
        vfs.makeDirectories("d/e");
        vfs.open("d/f", Vfs.Mode.CREATE_NEW).close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("d"))));
        assertEquals("rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("d/e"))));
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("d/f"))));
    }
}
