package io.nokv.sim.check;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.EntryRange;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Rows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks one mount at one version through the public reads alone, so that it shares nothing with the store's own check:
 * every entry leads to an inode and every inode has an entry, everything hangs below the root, link counts are the
 * number of names, and usage is what a recount gives. Memory grows with the mount.
 */
public final class TreeAudit {
    private final List<String> findings = new ArrayList<>();
    private final Map<Long, Attributes> inodes = new TreeMap<>();
    private final Map<Long, List<Entry>> children = new TreeMap<>();
    private final Map<Long, List<Long>> parents = new TreeMap<>();

    private TreeAudit() {}

    /** Sentences that say what is wrong; empty when nothing is. */
    public static List<String> findings(NamespaceView view, String mount) {
        TreeAudit audit = new TreeAudit();
        audit.load(view, mount);
        audit.entriesAndInodes();
        audit.reachability();
        audit.linkCounts();
        view.quotas(mount).forEach(audit::usage);
        return audit.findings;
    }

    private void load(NamespaceView view, String mount) {
        try (Rows<Attributes> rows = view.scanInodes(mount, 0, 0)) {
            for (Attributes row = rows.next(); row != null; row = rows.next()) {
                if (inodes.put(row.inode(), row) != null) {
                    findings.add("inode " + row.inode() + " is listed twice");
                }
            }
        }
        try (Rows<Entry> rows = view.scanEntries(mount, EntryRange.ALL, true)) {
            for (Entry row = rows.next(); row != null; row = rows.next()) {
                // The root appears as an entry of itself without a name.
                if (row.name() != null) {
                    children.computeIfAbsent(row.parent(), _ -> new ArrayList<>()).add(row);
                    parents.computeIfAbsent(row.inode(), _ -> new ArrayList<>()).add(row.parent());
                }
            }
        }
    }

    private void entriesAndInodes() {
        children.forEach((parent, entries) -> {
            Attributes directory = inodes.get(parent);
            if (directory == null || !directory.isDirectory()) {
                findings.add(entries.size() + " entries in " + parent + ", which is "
                        + (directory == null ? "missing" : directory.type()));
            }
            for (Entry entry : entries) {
                Attributes inode = inodes.get(entry.inode());
                if (inode == null) {
                    findings.add(
                            "entry " + parent + "/" + entry.name() + " leads to the missing inode " + entry.inode());
                } else if (!same(inode, entry.attributes())) {
                    findings.add("entry " + parent + "/" + entry.name() + " shows " + entry.attributes()
                            + ", the inode " + inode);
                }
            }
        });
        inodes.forEach((inode, _) -> {
            if (inode != Namespace.ROOT_INODE && !parents.containsKey(inode)) {
                findings.add("inode " + inode + " has no name");
            }
        });
    }

    /** Equal but for the version and the target's identity, which arrays do not compare. */
    private static boolean same(Attributes a, Attributes b) {
        return a.inode() == b.inode() && a.type() == b.type() && a.mode() == b.mode() && a.uid() == b.uid()
                && a.gid() == b.gid() && a.linkCount() == b.linkCount() && a.size() == b.size()
                && a.mtimeNs() == b.mtimeNs() && a.ctimeNs() == b.ctimeNs();
    }

    /** What can be reached from {@code top}, itself included. */
    private TreeSet<Long> below(long top) {
        TreeSet<Long> seen = new TreeSet<>(List.of(top));
        ArrayDeque<Long> queue = new ArrayDeque<>(List.of(top));
        while (!queue.isEmpty()) {
            for (Entry entry : children.getOrDefault(queue.remove(), List.of())) {
                if (seen.add(entry.inode())) {
                    queue.add(entry.inode());
                }
            }
        }
        return seen;
    }

    private void reachability() {
        TreeSet<Long> reached = below(Namespace.ROOT_INODE);
        inodes.keySet().stream().filter(inode -> !reached.contains(inode))
                .forEach(inode -> findings.add("inode " + inode + " cannot be reached from the root"));
    }

    private void linkCounts() {
        inodes.forEach((inode, attributes) -> {
            List<Entry> entries = children.getOrDefault(inode, List.of());
            long names = parents.getOrDefault(inode, List.of()).size();
            long expected = attributes.isDirectory()
                    ? 2 + entries.stream().filter(e -> e.attributes().isDirectory()).count()
                    : names;
            if (attributes.linkCount() != expected) {
                findings.add("inode " + inode + " counts " + attributes.linkCount() + " links instead of " + expected);
            }
            if (attributes.isDirectory() && names > 1) {
                findings.add("directory " + inode + " has " + names + " names");
            }
        });
    }

    /** A hard-linked inode is charged in one of its directories: for a scope below the root that leaves a range. */
    private void usage(Quota quota) {
        TreeSet<Long> inside = below(quota.scope());
        inside.remove(quota.scope());
        long sureInodes = 0;
        long sureBytes = 0;
        long perhapsInodes = 0;
        long perhapsBytes = 0;
        for (long inode : inside) {
            Attributes attributes = inodes.get(inode);
            if (attributes == null) {
                continue;
            }
            boolean allInside = parents.get(inode).stream().allMatch(p -> p == quota.scope() || inside.contains(p));
            sureInodes += allInside ? 1 : 0;
            sureBytes += allInside ? attributes.size() : 0;
            perhapsInodes++;
            perhapsBytes += attributes.size();
        }
        boolean inodesFit = quota.usedInodes() >= sureInodes && quota.usedInodes() <= perhapsInodes;
        boolean bytesFit = quota.usedBytes() >= sureBytes && quota.usedBytes() <= perhapsBytes;
        if (!inodesFit || !bytesFit) {
            findings.add("scope " + quota.scope() + " counts " + quota.usedInodes() + " inodes and "
                    + quota.usedBytes() + " bytes, a recount gives " + sureInodes + " to " + perhapsInodes + " and "
                    + sureBytes + " to " + perhapsBytes);
        }
    }
}
