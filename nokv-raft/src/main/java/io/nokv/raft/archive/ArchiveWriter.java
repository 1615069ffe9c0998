package io.nokv.raft.archive;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.Invariant;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/** The files of a directory as an archive, portion by portion. Used by one flow at a time; waits for the disk. */
public final class ArchiveWriter implements AutoCloseable {
    private final Vfs vfs;
    private final String directory;
    private final byte[] piece;
    private final List<String> names;
    private final Iterator<String> left;
    private final ArchivedRegion region;
    private VfsFile file;
    private long size;
    private long at;
    private long offset;
    private long fileBytes;
    private boolean ended;

    /**
     * @param directory nobody changes what is in it meanwhile
     * @param pieceBytes about how much a portion has, up to 1 MiB
     */
    public ArchiveWriter(Vfs vfs, String directory, ArchivedRegion region, int pieceBytes) {
        Invariant.check(pieceBytes > 0 && pieceBytes <= ArchiveFormat.MOST_BODY_BYTES, "pieces that can be read again",
                pieceBytes);
        this.vfs = vfs;
        this.directory = directory;
        this.region = region;
        this.piece = new byte[pieceBytes];
        this.names = vfs.list(directory);
        this.left = names.iterator();
    }

    /** What comes next; null after the end. */
    public byte[] next() {
        if (offset == 0) {
            byte[] body = new ByteWriter().u8(ArchiveFormat.FORMAT).bytes(region.region().encode())
                    .varint(region.index()).varint(region.term()).toBytes();
            byte[] head = ArchiveFormat.record(ArchiveFormat.MAGIC_BYTES, ArchiveFormat.HEAD, body, body.length);
            return counted(new ByteWriter(head.length + 4).u32(ArchiveFormat.MAGIC).raw(head).toBytes());
        }
        if (file != null && at < size) {
            int length = (int) Math.min(piece.length, size - at);
            VfsIo.readFully(file, at, ByteBuffer.wrap(piece, 0, length));
            at += length;
            fileBytes += length;
            return counted(ArchiveFormat.record(offset, ArchiveFormat.PIECE, piece, length));
        }
        close();
        if (left.hasNext()) {
            String name = left.next();
            file = vfs.open(directory + "/" + name, Vfs.Mode.READ);
            size = file.size();
            at = 0;
            return record(ArchiveFormat.FILE,
                    new ByteWriter().bytes(name.getBytes(StandardCharsets.UTF_8)).varint(size));
        }
        if (ended) {
            return null;
        }
        ended = true;
        return record(ArchiveFormat.END, new ByteWriter().varint(names.size()).varint(fileBytes));
    }

    private byte[] record(int type, ByteWriter body) {
        return counted(ArchiveFormat.record(offset, type, body.array(), body.size()));
    }

    private byte[] counted(byte[] portion) {
        offset += portion.length;
        return portion;
    }

    /** Lets go of the file that is being read. */
    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
