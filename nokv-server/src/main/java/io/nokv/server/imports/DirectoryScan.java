package io.nokv.server.imports;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.server.posix.FileStatus;
import io.nokv.server.posix.Posix;
import java.util.Iterator;

/** A directory of the source while its entries are read, beside what the namespace has of it. */
final class DirectoryScan implements AutoCloseable {
    final SourceDirectory directory;
    private final Posix.Directory source;
    private final Iterator<byte[]> names;
    private final ExistingEntries existing;

    /** @param existing null when the namespace cannot have anything there */
    DirectoryScan(SourceDirectory directory, Posix.Directory source, ExistingEntries existing) {
        this.directory = directory;
        this.source = source;
        this.names = source.names().iterator();
        this.existing = existing;
    }

    boolean hasNext() {
        return names.hasNext();
    }

    byte[] nextName() {
        return names.next();
    }

    FileStatus status(byte[] name) {
        return source.status(name);
    }

    byte[] readLink(byte[] name) {
        return source.readLink(name);
    }

    /** What the namespace has under this name, or null. */
    Entry existing(FileName name) {
        return existing == null ? null : existing.find(name);
    }

    @Override
    public void close() {
        source.close();
    }
}
