package io.nokv.sql.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.NameEscapes;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.TreeEntry;
import io.nokv.fsmeta.api.Rows;
import io.nokv.sql.catalog.TableFunction.DuRow;
import io.nokv.sql.error.SqlState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * DU: one walk, directories after what is in them, as du(1) lists them. Memory grows with the depth and with the number
 * of hard-linked inodes, which are charged to the budget.
 */
final class DuScan implements Source {
    private static final long BYTES_PER_SEEN_INODE = 56;

    private static final class Directory {
        final String path;
        final int depth;
        final long inode;
        long files;
        long directories = 1;
        long bytes;

        Directory(String path, int depth, Attributes attributes) {
            this.path = path;
            this.depth = depth;
            this.inode = attributes.inode();
            this.bytes = attributes.size();
        }
    }

    private final Execution x;
    private final Rows<TreeEntry> walk;
    private final String base;
    private final long maxDepth;
    private final Deque<Directory> open = new ArrayDeque<>();
    private final Set<Long> seen = new HashSet<>();
    private TreeEntry ahead;
    private boolean ended;

    private DuScan(Execution x, NamespaceView view, NamespacePath path, Entry root, long maxDepth) {
        this.x = x;
        this.walk = view.walk(path.mount(), root.inode(), 0);
        this.base = path.base();
        this.maxDepth = maxDepth;
        open.push(new Directory(base.isEmpty() ? "/" : base, 0, root.attributes()));
    }

    /** @param a path, depth, snapshot */
    static DuScan open(Execution x, Object[] a) {
        long depth = a[1] == null ? 0 : ((Number) a[1]).longValue();
        if (depth < 0) {
            throw SqlState.INVALID_PARAMETER.failure("depth must not be negative: " + depth);
        }
        NamespaceView view = x.viewOf(a[2]);
        NamespacePath path = NamespacePath.parse(FunctionScans.path(a[0]), x.mount());
        return new DuScan(x, view, path, path.directory(view), depth);
    }

    @Override
    public Object next() {
        while (!open.isEmpty()) {
            if (ahead == null && !ended) {
                x.tick();
                ahead = walk.next();
                ended = ahead == null;
            }
            if (ended || ahead.depth() <= open.peek().depth) {
                Directory done = close(open.pop());
                if (done.depth <= maxDepth) {
                    return new DuRow(done.path, done.depth, done.inode, done.files, done.directories, done.bytes);
                }
                continue;
            }
            add(ahead);
            ahead = null;
        }
        return null;
    }

    private Directory close(Directory done) {
        Directory parent = open.peek();
        if (parent != null) {
            parent.files += done.files;
            parent.directories += done.directories;
            parent.bytes += done.bytes;
        }
        return done;
    }

    private void add(TreeEntry entry) {
        Attributes attributes = entry.entry().attributes();
        if (attributes.isDirectory()) {
            String path = entry.depth() <= maxDepth ? base + "/" + NameEscapes.escape(entry.path()) : null;
            open.push(new Directory(path, entry.depth(), attributes));
            return;
        }
        if (attributes.linkCount() > 1) {
            if (!seen.add(attributes.inode())) {
                return;
            }
            x.budget().charge(BYTES_PER_SEEN_INODE);
        }
        open.peek().files++;
        open.peek().bytes += attributes.size();
    }

    @Override
    public void close() {
        walk.close();
    }
}
