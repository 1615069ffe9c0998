package io.nokv.sim.check;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Namespace;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file system as a value: inodes by number, directories with their entries. Immutable; a change is made on a {@link
 * Draft}. A negative number stands for an inode whose number no client has seen yet.
 */
public final class Tree {
    /**
     * One inode.
     *
     * @param links names of a file; of a directory 2 and one for each subdirectory
     * @param parent of a directory; the root is its own; 0 for anything else
     * @param entries of a directory, else null
     */
    record Node(FileType type, int mode, int uid, int gid, long size, long links, long parent,
            SortedMap<FileName, Long> entries) {
        boolean isDirectory() {
            return type == FileType.DIRECTORY;
        }

        Node withLinks(long count) {
            return new Node(type, mode, uid, gid, size, count, parent, entries);
        }

        Node withParent(long directory) {
            return new Node(type, mode, uid, gid, size, links, directory, entries);
        }

        Node withEntries(SortedMap<FileName, Long> changed) {
            return new Node(type, mode, uid, gid, size, links, parent, changed);
        }

        @Override
        public String toString() {
            return isDirectory()
                    ? "dir(links " + links + ", in " + parent + ")" + entries
                    : type + "(links " + links + ", size " + size + ")";
        }
    }

    private final SortedMap<Long, Node> nodes;
    private final int hash;

    private Tree(SortedMap<Long, Node> nodes) {
        this.nodes = nodes;
        this.hash = nodes.hashCode();
    }

    /** A root directory and nothing in it. */
    public static Tree empty(int mode, int uid, int gid) {
        TreeMap<Long, Node> nodes = new TreeMap<>();
        nodes.put(Namespace.ROOT_INODE, new Node(FileType.DIRECTORY, mode, uid, gid, 0, 2, Namespace.ROOT_INODE,
                Collections.emptySortedMap()));
        return new Tree(nodes);
    }

    /** Null when there is none. */
    Node node(long inode) {
        return nodes.get(inode);
    }

    /** The inode of an entry; null when the directory or the name does not exist. */
    Long child(long directory, FileName name) {
        Node node = nodes.get(directory);
        return node == null || !node.isDirectory() ? null : node.entries.get(name);
    }

    Map<Long, Node> nodes() {
        return nodes;
    }

    int inodes() {
        return nodes.size();
    }

    /** True when {@code inode} is {@code ancestor} or lies below it. */
    boolean isWithin(long inode, long ancestor) {
        for (long at = inode; at != Namespace.ROOT_INODE; at = nodes.get(at).parent) {
            if (at == ancestor) {
                return true;
            }
        }
        return ancestor == Namespace.ROOT_INODE;
    }

    Draft change() {
        return new Draft(new TreeMap<>(nodes));
    }

    /** A tree under construction. */
    static final class Draft {
        private final TreeMap<Long, Node> nodes;

        private Draft(TreeMap<Long, Node> nodes) {
            this.nodes = nodes;
        }

        Tree done() {
            return new Tree(nodes);
        }

        void put(long inode, Node node) {
            nodes.put(inode, node);
        }

        /** Adds a name; a directory also gets its parent, and the parent its link. */
        void attach(long directory, FileName name, long inode) {
            Node into = nodes.get(directory);
            TreeMap<FileName, Long> entries = new TreeMap<>(into.entries);
            entries.put(name, inode);
            nodes.put(directory, into.withEntries(entries));
            if (nodes.get(inode).isDirectory()) {
                nodes.compute(inode, (_, node) -> node.withParent(directory));
                nodes.compute(directory, (_, node) -> node.withLinks(node.links + 1));
            }
        }

        /** Takes a name away; a directory's parent loses its link. */
        void detach(long directory, FileName name) {
            Node from = nodes.get(directory);
            TreeMap<FileName, Long> entries = new TreeMap<>(from.entries);
            long inode = entries.remove(name);
            nodes.put(directory, from.withEntries(entries));
            if (nodes.get(inode).isDirectory()) {
                nodes.compute(directory, (_, node) -> node.withLinks(node.links - 1));
            }
        }

        /** One name of a file fewer, or the end of a directory; an inode without names is gone. */
        void unlink(long inode) {
            Node node = nodes.get(inode);
            if (node.isDirectory() || node.links == 1) {
                nodes.remove(inode);
            } else {
                nodes.put(inode, node.withLinks(node.links - 1));
            }
        }

        /** The inode known as {@code placeholder} turns out to have the number {@code inode}. */
        void learn(long placeholder, long inode) {
            Node node = nodes.remove(placeholder);
            nodes.put(inode, node);
            nodes.replaceAll((_, n) -> rename(n, placeholder, inode));
        }

        private static Node rename(Node node, long from, long to) {
            Node out = node.parent == from ? node.withParent(to) : node;
            if (out.entries != null && out.entries.containsValue(from)) {
                TreeMap<FileName, Long> entries = new TreeMap<>(out.entries);
                entries.replaceAll((_, value) -> value == from ? to : value);
                out = out.withEntries(entries);
            }
            return out;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tree that && hash == that.hash && Objects.equals(nodes, that.nodes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return nodes.toString();
    }
}
