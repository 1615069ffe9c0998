package io.nokv.server.imports;

import io.nokv.fsmeta.api.NameEscapes;
import io.nokv.server.posix.FileStatus;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A directory of the source on its way into the namespace. Used by the importing thread; the name chain is immutable. */
final class SourceDirectory {
    private final SourceDirectory parent;
    private final byte[] name;
    final FileStatus status;

    /** Its inode in the namespace. */
    final long inode;

    /** True when this import created it, so that nothing can be in it yet. */
    final boolean fresh;

    /** Whether its attributes in the namespace may differ from {@link #status}. */
    boolean dirty;

    /** Transactions on their way, and links waiting for one, that put entries into this directory. */
    int outstanding;

    /** All entries have been read. */
    boolean scanned;

    /** @param parent null for the source itself, whose name is its path */
    SourceDirectory(SourceDirectory parent, byte[] name, FileStatus status, long inode, boolean fresh, boolean dirty) {
        this.parent = parent;
        this.name = name;
        this.status = status;
        this.inode = inode;
        this.fresh = fresh;
        this.dirty = dirty;
    }

    /** As the operating system takes it. */
    byte[] path() {
        List<byte[]> parts = new ArrayList<>();
        for (SourceDirectory d = this; d != null; d = d.parent) {
            parts.add(d.name);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = parts.size() - 1; i >= 0; i--) {
            out.writeBytes(parts.get(i));
            byte[] soFar = parts.get(i);
            if (i > 0 && soFar[soFar.length - 1] != '/') {
                out.write('/');
            }
        }
        return out.toByteArray();
    }

    boolean isSource() {
        return parent == null;
    }

    /** For people. */
    String shown() {
        return NameEscapes.escape(path());
    }
}
