package io.nokv.raft.archive;

import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;

/**
 * Writes the files of an archive into a directory that does not exist yet. They are durable, and so are their names in it, when
 * the end was taken. Used by one flow at a time; waits for the disk.
 */
public final class ArchiveUnpacker implements ArchiveReader.Sink, AutoCloseable {
    private final Vfs vfs;
    private final String directory;
    private VfsFile file;
    private long at;

    public ArchiveUnpacker(Vfs vfs, String directory) {
        this.vfs = vfs;
        this.directory = directory;
    }

    @Override
    public void head(ArchivedRegion region) {
        vfs.makeDirectories(directory);
    }

    @Override
    public void file(String name, long size) {
        finishFile();
        file = vfs.open(directory + "/" + name, Vfs.Mode.CREATE_NEW);
        at = 0;
    }

    @Override
    public void piece(byte[] bytes, int from, int length) {
        VfsIo.writeFully(file, at, ByteBuffer.wrap(bytes, from, length));
        at += length;
    }

    @Override
    public void end() {
        finishFile();
        vfs.syncDir(directory);
    }

    private void finishFile() {
        if (file != null) {
            file.sync();
            close();
        }
    }

    /** Lets go of the file that is being written. */
    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
