package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;

/** An inode of {@link ModelFs}. */
final class ModelNode {
    /** Where a name is; the order in which a hard-linked inode looks for its next home. */
    record Name(long parent, FileName name) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            return Comparator.comparingLong(Name::parent).thenComparing(Name::name).compare(this, other);
        }
    }

    final long inode;
    final FileType type;
    int mode;
    int uid;
    int gid;
    long size;
    long rdev;
    long atimeNs;
    long mtimeNs;
    long ctimeNs;
    long createdNs;
    byte[] target;
    /** The directory in which it is charged. */
    long home;
    final TreeSet<Name> names = new TreeSet<>();
    /** Of a directory. */
    final TreeMap<FileName, Long> children = new TreeMap<>();

    ModelNode(long inode, FileType type) {
        this.inode = inode;
        this.type = type;
    }

    boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }

    ModelNode copy() {
        ModelNode copy = new ModelNode(inode, type);
        copy.mode = mode;
        copy.uid = uid;
        copy.gid = gid;
        copy.size = size;
        copy.rdev = rdev;
        copy.atimeNs = atimeNs;
        copy.mtimeNs = mtimeNs;
        copy.ctimeNs = ctimeNs;
        copy.createdNs = createdNs;
        copy.target = target;
        copy.home = home;
        copy.names.addAll(names);
        copy.children.putAll(children);
        return copy;
    }
}
