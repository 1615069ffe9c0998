package io.nokv.fsmeta.exec;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView.TreeEntry;
import io.nokv.fsmeta.api.Rows;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A walk below a directory, depth first. Keeps one page of entries for each level it is in. */
final class TreeWalk implements Rows<TreeEntry> {
    private static final int FIRST_PAGE = 32;

    /** One directory on the way down. */
    private final class Level {
        final long directory;
        final byte[] path;
        private List<Entry> page = List.of();
        private int at;
        private FileName after;
        private boolean more = true;
        private int size = FIRST_PAGE;

        Level(long directory, byte[] path) {
            this.directory = directory;
            this.path = path;
        }

        /** Null at the end of the directory. */
        Entry next() {
            if (at == page.size()) {
                if (!more) {
                    return null;
                }
                DirectoryListing.Page read = DirectoryListing.read(reads, directory, after, size);
                page = EntryBatch.entries(reads, read.dentries());
                more = read.more();
                at = 0;
                size = Math.min(size * 2, Limits.BATCH);
                if (page.isEmpty()) {
                    return null;
                }
                after = page.get(page.size() - 1).name();
            }
            return page.get(at++);
        }
    }

    private final NamespaceReads reads;
    private final int maxDepth;
    private final Deque<Level> levels = new ArrayDeque<>();

    /** @param maxDepth 0 for no limit */
    TreeWalk(NamespaceReads reads, long directory, int maxDepth) {
        this.reads = reads;
        this.maxDepth = maxDepth;
        reads.requireDirectory(directory);
        levels.push(new Level(directory, Bytes.EMPTY));
    }

    @Override
    public TreeEntry next() {
        try {
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                Entry entry = level.next();
                if (entry == null) {
                    levels.pop();
                    continue;
                }
                int depth = levels.size();
                byte[] path = below(level.path, entry.name());
                if (entry.attributes().isDirectory() && (maxDepth == 0 || depth < maxDepth)) {
                    if (depth > Limits.MAX_DEPTH) {
                        throw reads.damaged("directory " + entry.inode() + " is in a cycle");
                    }
                    levels.push(new Level(entry.inode(), path));
                }
                return new TreeEntry(path, depth, entry);
            }
            return null;
        } catch (NokvException e) {
            throw NamespaceException.of(e);
        }
    }

    private static byte[] below(byte[] path, FileName name) {
        if (path.length == 0) {
            return name.bytes();
        }
        return new ByteWriter(path.length + 1 + name.length()).raw(path).u8('/').raw(name.bytes()).toBytes();
    }

    @Override
    public void close() {
        levels.clear();
    }
}
