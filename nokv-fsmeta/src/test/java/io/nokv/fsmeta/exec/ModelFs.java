package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * One mount as a plain tree of objects: what the namespace promises, without rows, versions or transactions. Applies the
 * same mutations to answers of the same form (all versions 0). Not thread-safe; {@link #copy} is a snapshot.
 */
public final class ModelFs {
    /** What a mutation came to: exactly one of the two is not null. */
    public record Outcome(MutationResult result, Reason refused) {
        static Outcome of(MutationResult result) {
            return new Outcome(result, null);
        }

        static Outcome no(Reason reason) {
            return new Outcome(null, reason);
        }
    }

    /** Limits of a scope, 0 for none. */
    public record Limit(long bytes, long inodes) {}

    /** What is charged in a scope. */
    public record Used(long bytes, long inodes) {}

    private static final long MAX_LINKS = 65_000;

    private final TreeMap<Long, ModelNode> nodes = new TreeMap<>();
    private final TreeMap<Long, Limit> quotas = new TreeMap<>();
    /** What the change under way replaced: nodes as they were, null for those it made. Null when nobody wants to undo it. */
    private TreeMap<Long, ModelNode> undo;
    /** What is charged in each scope with a quota; null when it has to be counted again. */
    private TreeMap<Long, Used> counted;

    private ModelFs() {}

    /** A new mount as it was registered at {@code nowNs}. */
    public static ModelFs of(long nowNs) {
        ModelFs fs = new ModelFs();
        ModelNode root = new ModelNode(Namespace.ROOT_INODE, FileType.DIRECTORY);
        root.mode = 0755;
        root.atimeNs = nowNs;
        root.mtimeNs = nowNs;
        root.ctimeNs = nowNs;
        root.createdNs = nowNs;
        fs.nodes.put(root.inode, root);
        return fs;
    }

    /** The same tree, independent from now on. */
    public ModelFs copy() {
        ModelFs copy = new ModelFs();
        nodes.forEach((inode, node) -> copy.nodes.put(inode, node.copy()));
        copy.quotas.putAll(quotas);
        return copy;
    }

    /** How many inodes there are. */
    public int size() {
        return nodes.size();
    }

    /** In order of their numbers. */
    public List<Long> inodes() {
        return new ArrayList<>(nodes.keySet());
    }

    // ---- reads ------------------------------------------------------------------------------------------------

    /** Null when there is none. */
    public Attributes attributes(long inode) {
        ModelNode node = nodes.get(inode);
        return node == null ? null : attributes(node);
    }

    private Attributes attributes(ModelNode n) {
        long links = n.isDirectory() ? 2 + subdirectories(n) : n.names.size();
        return new Attributes(n.inode, n.type, n.mode, n.uid, n.gid, links, n.size, n.rdev, n.atimeNs, n.mtimeNs,
                n.ctimeNs, n.createdNs, 0, n.target);
    }

    private long subdirectories(ModelNode n) {
        return n.children.values().stream().filter(c -> nodes.get(c).isDirectory()).count();
    }

    /** Null when the inode is no directory. */
    public List<Entry> list(long directory) {
        ModelNode node = nodes.get(directory);
        if (node == null || !node.isDirectory()) {
            return null;
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<FileName, Long> e : node.children.entrySet()) {
            entries.add(new Entry(directory, e.getKey(), attributes(nodes.get(e.getValue()))));
        }
        return entries;
    }

    /** Everything below, depth first, parents before children, names in order. */
    public List<Entry> walk(long directory) {
        List<Entry> out = new ArrayList<>();
        for (Entry e : list(directory)) {
            out.add(e);
            if (e.attributes().isDirectory()) {
                out.addAll(walk(e.inode()));
            }
        }
        return out;
    }

    /** All entries by parent and name. */
    public List<Entry> entries() {
        List<Entry> out = new ArrayList<>();
        for (ModelNode node : nodes.values()) {
            if (node.isDirectory()) {
                out.addAll(list(node.inode));
            }
        }
        return out;
    }

    /** Which refusal a read of {@code name} in {@code parent} gives; null when the entry is there. */
    public Reason lookupRefusal(long parent, FileName name) {
        Reason bad = directoryRefusal(parent);
        return bad != null ? bad : nodes.get(parent).children.containsKey(name) ? null : Reason.NOT_FOUND;
    }

    /** Null when {@code inode} is a directory. */
    public Reason directoryRefusal(long inode) {
        ModelNode node = nodes.get(inode);
        return node == null ? Reason.NOT_FOUND : node.isDirectory() ? null : Reason.NOT_A_DIRECTORY;
    }

    // ---- quotas -----------------------------------------------------------------------------------------------

    /** Null when done; else why not. */
    public Reason setQuota(long scope, long limitBytes, long limitInodes) {
        Reason bad = directoryRefusal(scope);
        counted = null;
        if (bad == null && limitBytes == 0 && limitInodes == 0) {
            quotas.remove(scope);
        } else if (bad == null) {
            quotas.put(scope, new Limit(limitBytes, limitInodes));
        }
        return bad;
    }

    public TreeMap<Long, Limit> quotas() {
        return new TreeMap<>(quotas);
    }

    /** What is charged below {@code scope}: every inode in its home. */
    public Used used(long scope) {
        long bytes = 0;
        long inodes = 0;
        for (ModelNode node : nodes.values()) {
            if (node.inode != Namespace.ROOT_INODE && isBelow(node.home, scope)) {
                bytes += node.size;
                inodes++;
            }
        }
        return new Used(bytes, inodes);
    }

    /** Whether {@code directory} is {@code top} or below it. */
    private boolean isBelow(long directory, long top) {
        for (long at = directory;; at = nodes.get(at).names.first().parent()) {
            if (at == top) {
                return true;
            }
            if (at == Namespace.ROOT_INODE) {
                return false;
            }
        }
    }

    // ---- changes ----------------------------------------------------------------------------------------------

    /**
     * Applies a change, or refuses it and stays as it was.
     *
     * @param number gives the number of a new inode, asked only when one is made
     */
    public Outcome apply(Mutation mutation, long nowNs, LongSupplier number) {
        TreeMap<Long, Limit> limits = new TreeMap<>(quotas);
        TreeMap<Long, Used> before = quotas.isEmpty() ? null : counted();
        undo = quotas.isEmpty() ? null : new TreeMap<>();
        List<Rehomed> rehomed = new ArrayList<>();
        Outcome outcome = switch (mutation) {
            case Mutation.Create c -> create(c, nowNs, number);
            case Mutation.SetAttr s -> setAttr(s, nowNs);
            case Mutation.Link l -> link(l, nowNs);
            case Mutation.Unlink u -> unlink(u, nowNs, rehomed);
            case Mutation.RemoveDir r -> removeDir(r, nowNs);
            case Mutation.Rename r -> rename(r, nowNs, rehomed);
        };
        TreeMap<Long, ModelNode> replaced = undo;
        undo = null;
        counted = outcome.refused == null ? null : before;
        if (before == null || outcome.refused != null || !exceedsQuota(before, rehomed)) {
            return outcome;
        }
        replaced.forEach((inode, node) -> {
            if (node == null) {
                nodes.remove(inode);
            } else {
                nodes.put(inode, node);
            }
        });
        quotas.putAll(limits);
        counted = before;
        return Outcome.no(Reason.QUOTA_EXCEEDED);
    }

    /** To be called before a node is changed, made or removed. */
    private void touch(long inode) {
        if (undo != null && !undo.containsKey(inode)) {
            ModelNode node = nodes.get(inode);
            undo.put(inode, node == null ? null : node.copy());
        }
    }

    private TreeMap<Long, Used> counted() {
        if (counted == null) {
            counted = new TreeMap<>();
            quotas.keySet().forEach(scope -> counted.put(scope, new Used(0, 0)));
            for (ModelNode node : nodes.values()) {
                for (long at = node.home; at != 0; at = nodes.get(at).home) {
                    counted.computeIfPresent(at, (_, u) -> new Used(u.bytes + node.size, u.inodes + 1));
                }
            }
        }
        return counted;
    }

    /** Takes the state of another model, which is not used any more. */
    void become(ModelFs other) {
        nodes.clear();
        nodes.putAll(other.nodes);
        quotas.clear();
        quotas.putAll(other.quotas);
        counted = null;
    }

    /** An inode that is charged elsewhere because a name of it was removed. */
    private record Rehomed(long from, long to, long bytes) {}

    private boolean exceedsQuota(TreeMap<Long, Used> before, List<Rehomed> rehomed) {
        for (Map.Entry<Long, Limit> quota : quotas.entrySet()) {
            long scope = quota.getKey();
            Used was = before.get(scope);
            Used is = counted().get(scope);
            long freeBytes = 0;
            long freeInodes = 0;
            for (Rehomed r : rehomed) {
                int by = (isBelow(r.to, scope) ? 1 : 0) - (isBelow(r.from, scope) ? 1 : 0);
                freeBytes += by * r.bytes;
                freeInodes += by;
            }
            if (exceeds(was.bytes, is.bytes, freeBytes, quota.getValue().bytes)
                    || exceeds(was.inodes, is.inodes, freeInodes, quota.getValue().inodes)) {
                return true;
            }
        }
        return false;
    }

    private static boolean exceeds(long was, long is, long free, long limit) {
        return limit > 0 && is > was && is - was - free > 0 && is > limit;
    }

    private ModelNode child(long parent, FileName name) {
        Long inode = nodes.get(parent).children.get(name);
        return inode == null ? null : nodes.get(inode);
    }

    private Entry entry(long parent, FileName name) {
        return new Entry(parent, name, attributes(child(parent, name)));
    }

    private void contentChanged(ModelNode directory, long nowNs) {
        touch(directory.inode);
        directory.mtimeNs = Math.max(directory.mtimeNs, nowNs);
        directory.ctimeNs = Math.max(directory.ctimeNs, nowNs);
    }

    private void statusChanged(ModelNode node, long nowNs) {
        touch(node.inode);
        node.ctimeNs = Math.max(node.ctimeNs, nowNs);
    }

    private void addName(ModelNode node, long parent, FileName name) {
        touch(node.inode);
        touch(parent);
        nodes.get(parent).children.put(name, node.inode);
        node.names.add(new ModelNode.Name(parent, name));
    }

    private void removeName(ModelNode node, long parent, FileName name) {
        touch(node.inode);
        touch(parent);
        nodes.get(parent).children.remove(name);
        node.names.remove(new ModelNode.Name(parent, name));
    }

    private Outcome create(Mutation.Create c, long nowNs, LongSupplier number) {
        Reason bad = directoryRefusal(c.parent());
        if (bad != null) {
            return Outcome.no(bad);
        }
        if (child(c.parent(), c.name()) != null) {
            return Outcome.no(Reason.ALREADY_EXISTS);
        }
        NewInode n = c.inode();
        ModelNode node = new ModelNode(number.getAsLong(), n.type());
        node.mode = n.mode();
        node.uid = n.uid();
        node.gid = n.gid();
        node.size = n.target() == null ? n.size() : n.target().length;
        node.rdev = n.rdev();
        node.target = n.target();
        node.atimeNs = n.times() == null ? nowNs : n.times().atimeNs();
        node.mtimeNs = n.times() == null ? nowNs : n.times().mtimeNs();
        node.ctimeNs = n.times() == null ? nowNs : n.times().ctimeNs();
        node.createdNs = nowNs;
        node.home = c.parent();
        touch(node.inode);
        nodes.put(node.inode, node);
        addName(node, c.parent(), c.name());
        contentChanged(nodes.get(c.parent()), nowNs);
        return Outcome.of(new MutationResult(0, entry(c.parent(), c.name()), null, false));
    }

    private Outcome setAttr(Mutation.SetAttr s, long nowNs) {
        ModelNode node = nodes.get(s.inode());
        if (node == null) {
            return Outcome.no(Reason.NOT_FOUND);
        }
        boolean sizeFixed = node.type != FileType.FILE && !node.isDirectory();
        if (s.size() != null && s.size() != node.size && sizeFixed) {
            return Outcome.no(Reason.INVALID_ARGUMENT);
        }
        touch(node.inode);
        node.mode = s.mode() == null ? node.mode : s.mode();
        node.uid = s.uid() == null ? node.uid : s.uid();
        node.gid = s.gid() == null ? node.gid : s.gid();
        node.size = s.size() == null ? node.size : s.size();
        node.atimeNs = s.atimeNs() == null ? node.atimeNs : s.atimeNs();
        node.mtimeNs = s.mtimeNs() == null ? node.mtimeNs : s.mtimeNs();
        statusChanged(node, nowNs);
        node.ctimeNs = s.ctimeNs() == null ? node.ctimeNs : s.ctimeNs();
        Entry entry = node.inode == Namespace.ROOT_INODE
                ? new Entry(node.inode, null, attributes(node))
                : new Entry(node.names.first().parent(), node.names.first().name(), attributes(node));
        return Outcome.of(new MutationResult(0, entry, null, false));
    }

    private Outcome link(Mutation.Link l, long nowNs) {
        Reason bad = directoryRefusal(l.parent());
        ModelNode node = nodes.get(l.inode());
        if (bad != null) {
            return Outcome.no(bad);
        }
        if (node == null) {
            return Outcome.no(Reason.NOT_FOUND);
        }
        if (node.isDirectory()) {
            return Outcome.no(Reason.IS_A_DIRECTORY);
        }
        if (child(l.parent(), l.name()) != null) {
            return Outcome.no(Reason.ALREADY_EXISTS);
        }
        if (node.names.size() >= MAX_LINKS) {
            return Outcome.no(Reason.TOO_MANY_LINKS);
        }
        addName(node, l.parent(), l.name());
        statusChanged(node, nowNs);
        contentChanged(nodes.get(l.parent()), nowNs);
        return Outcome.of(new MutationResult(0, entry(l.parent(), l.name()), null, false));
    }

    private Outcome unlink(Mutation.Unlink u, long nowNs, List<Rehomed> rehomed) {
        Reason bad = lookupRefusal(u.parent(), u.name());
        if (bad != null) {
            return Outcome.no(bad);
        }
        if (child(u.parent(), u.name()).isDirectory()) {
            return Outcome.no(Reason.IS_A_DIRECTORY);
        }
        Entry was = entry(u.parent(), u.name());
        boolean gone = takeName(u.parent(), u.name(), nowNs, rehomed);
        contentChanged(nodes.get(u.parent()), nowNs);
        return Outcome.of(new MutationResult(0, was, null, gone));
    }

    /** Removes a name of a non-directory; true when the inode went with it. */
    private boolean takeName(long parent, FileName name, long nowNs, List<Rehomed> rehomed) {
        ModelNode node = child(parent, name);
        removeName(node, parent, name);
        if (node.names.isEmpty()) {
            nodes.remove(node.inode);
            return true;
        }
        statusChanged(node, nowNs);
        if (node.names.stream().noneMatch(n -> n.parent() == node.home)) {
            long home = node.names.first().parent();
            rehomed.add(new Rehomed(node.home, home, node.size));
            node.home = home;
        }
        return false;
    }

    private Outcome removeDir(Mutation.RemoveDir r, long nowNs) {
        Reason bad = lookupRefusal(r.parent(), r.name());
        if (bad != null) {
            return Outcome.no(bad);
        }
        ModelNode node = child(r.parent(), r.name());
        if (!node.isDirectory()) {
            return Outcome.no(Reason.NOT_A_DIRECTORY);
        }
        if (!node.children.isEmpty()) {
            return Outcome.no(Reason.NOT_EMPTY);
        }
        Entry was = entry(r.parent(), r.name());
        takeDirectory(node, r.parent(), r.name());
        contentChanged(nodes.get(r.parent()), nowNs);
        return Outcome.of(new MutationResult(0, was, null, true));
    }

    private void takeDirectory(ModelNode node, long parent, FileName name) {
        removeName(node, parent, name);
        nodes.remove(node.inode);
        quotas.remove(node.inode);
    }

    private Outcome rename(Mutation.Rename r, long nowNs, List<Rehomed> rehomed) {
        Reason bad = directoryRefusal(r.fromParent());
        bad = bad != null ? bad : directoryRefusal(r.toParent());
        bad = bad != null ? bad : lookupRefusal(r.fromParent(), r.fromName());
        if (bad != null) {
            return Outcome.no(bad);
        }
        ModelNode from = child(r.fromParent(), r.fromName());
        ModelNode to = child(r.toParent(), r.toName());
        if (r.mode() == RenameMode.NO_REPLACE && to != null) {
            return Outcome.no(Reason.ALREADY_EXISTS);
        }
        if (r.mode() == RenameMode.EXCHANGE && to == null) {
            return Outcome.no(Reason.NOT_FOUND);
        }
        boolean exchange = r.mode() == RenameMode.EXCHANGE;
        if (to == from) {
            Entry other = exchange ? entry(r.fromParent(), r.fromName()) : null;
            return Outcome.of(new MutationResult(0, entry(r.toParent(), r.toName()), other, false));
        }
        boolean sameParent = r.fromParent() == r.toParent();
        if (from.isDirectory() && !sameParent && isBelow(r.toParent(), from.inode)
                || exchange && to.isDirectory() && !sameParent && isBelow(r.fromParent(), to.inode)) {
            return Outcome.no(Reason.INTO_ITSELF);
        }
        Entry replaced = null;
        boolean gone = false;
        if (!exchange && to != null) {
            if (from.isDirectory() != to.isDirectory()) {
                return Outcome.no(from.isDirectory() ? Reason.NOT_A_DIRECTORY : Reason.IS_A_DIRECTORY);
            }
            if (!to.children.isEmpty()) {
                return Outcome.no(Reason.NOT_EMPTY);
            }
            replaced = entry(r.toParent(), r.toName());
            if (to.isDirectory()) {
                takeDirectory(to, r.toParent(), r.toName());
                gone = true;
            } else {
                gone = takeName(r.toParent(), r.toName(), nowNs, rehomed);
            }
        }
        removeName(from, r.fromParent(), r.fromName());
        if (exchange) {
            removeName(to, r.toParent(), r.toName());
            place(to, r.fromParent(), r.fromName(), nowNs);
        }
        place(from, r.toParent(), r.toName(), nowNs);
        contentChanged(nodes.get(r.fromParent()), nowNs);
        contentChanged(nodes.get(r.toParent()), nowNs);
        Entry other = exchange ? entry(r.fromParent(), r.fromName()) : replaced;
        return Outcome.of(new MutationResult(0, entry(r.toParent(), r.toName()), other, gone));
    }

    private void place(ModelNode node, long parent, FileName name, long nowNs) {
        addName(node, parent, name);
        statusChanged(node, nowNs);
        boolean homeLost = node.names.stream().noneMatch(n -> n.parent() == node.home);
        if (homeLost) {
            node.home = parent;
        }
    }
}
