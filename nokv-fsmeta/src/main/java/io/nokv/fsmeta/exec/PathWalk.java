package io.nokv.fsmeta.exec;

import io.nokv.base.codec.Bytes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.InodeRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Resolves a path, component by component, one dentry read each. Empty components are skipped; a path that ends in a
 * slash must name a directory. "." and ".." mean what POSIX says in the targets of symlinks; in the path of a caller they
 * are not names and are refused.
 */
final class PathWalk {
    private final NamespaceReads reads;
    private final String shown;
    private final Deque<byte[]> rest = new ArrayDeque<>();
    private int symlinks;

    private PathWalk(NamespaceReads reads, byte[] path) {
        this.reads = reads;
        this.shown = Bytes.show(path.length <= 100 ? path : Arrays.copyOf(path, 100));
    }

    static Entry lookup(NamespaceReads reads, byte[] path, boolean followLast) {
        PathWalk walk = new PathWalk(reads, path);
        if (path.length > NamespaceLimits.MAX_PATH_BYTES) {
            throw walk.refuse(Reason.PATH_TOO_LONG,
                    "path of " + path.length + " bytes, the limit is " + NamespaceLimits.MAX_PATH_BYTES);
        }
        if (path.length == 0 || path[0] != '/') {
            throw walk.refuse(Reason.INVALID_ARGUMENT, "a path begins with '/'");
        }
        walk.push(path);
        for (byte[] component : walk.rest) {
            FileName.of(component);
        }
        return walk.run(followLast, path.length > 1 && path[path.length - 1] == '/');
    }

    private NamespaceException refuse(Reason reason, String why) {
        return new NamespaceException(reason, why + ": " + shown + " in mount " + reads.mountName);
    }

    /** Puts the components of {@code path} before what is left to walk. */
    private void push(byte[] path) {
        List<byte[]> components = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                if (i > from) {
                    components.add(Arrays.copyOfRange(path, from, i));
                }
                from = i + 1;
            }
        }
        if (components.size() + rest.size() > NamespaceLimits.MAX_PATH_COMPONENTS) {
            throw refuse(Reason.PATH_TOO_LONG, "more than " + NamespaceLimits.MAX_PATH_COMPONENTS + " components");
        }
        for (int i = components.size() - 1; i >= 0; i--) {
            rest.addFirst(components.get(i));
        }
    }

    private Entry run(boolean followLast, boolean endsInSlash) {
        long directory = Namespace.ROOT_INODE;
        Found last = null;
        while (!rest.isEmpty()) {
            byte[] component = rest.removeFirst();
            if (component.length == 1 && component[0] == '.') {
                continue;
            }
            if (component.length == 2 && component[0] == '.' && component[1] == '.') {
                last = null;
                long parent = reads.parentOf(directory);
                directory = parent == 0 ? Namespace.ROOT_INODE : parent;
                continue;
            }
            Found found = reads.dentry(directory, FileName.of(component));
            if (found == null) {
                throw refuse(Reason.NOT_FOUND,
                        "directory " + directory + " has no entry " + FileName.of(component).escaped()
                                + " on the path");
            }
            boolean isLast = rest.isEmpty();
            if (found.record().type() == FileType.SYMLINK && (!isLast || followLast || endsInSlash)) {
                if (++symlinks > NamespaceLimits.MAX_SYMLINKS) {
                    throw refuse(Reason.TOO_MANY_SYMLINKS,
                            "more than " + NamespaceLimits.MAX_SYMLINKS + " symlinks on the path");
                }
                byte[] target = target(found);
                if (target[0] == '/') {
                    directory = Namespace.ROOT_INODE;
                }
                last = null;
                push(target);
                continue;
            }
            if (!found.isDirectory() && (!isLast || endsInSlash)) {
                throw refuse(Reason.NOT_A_DIRECTORY, found.name().escaped() + " is not a directory");
            }
            if (found.isDirectory()) {
                directory = found.inode();
            }
            last = found;
        }
        return last == null ? reads.entryOf(directory) : reads.entry(last);
    }

    private byte[] target(Found symlink) {
        return switch (symlink.record()) {
            case DentryRecord.Embedded e -> e.body().target();
            case DentryRecord.Remote r ->
                ((InodeRecord.Whole) reads.requireWhole(r.inode()).record()).body().target();
        };
    }
}
