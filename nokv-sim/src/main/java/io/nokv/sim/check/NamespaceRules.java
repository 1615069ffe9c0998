package io.nokv.sim.check;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What each change does to a {@link Tree}, and when it is refused: POSIX, written down once more and independently. */
final class NamespaceRules {
    private NamespaceRules() {}

    // ---- refusals ---------------------------------------------------------------------------------------------

    /** Every reason that applies; empty when the change succeeds. */
    static Set<Reason> refusals(Tree at, Mutation mutation) {
        EnumSet<Reason> out = EnumSet.noneOf(Reason.class);
        switch (mutation) {
            case Mutation.Create m -> {
                directory(at, m.parent(), out);
                absent(at, m.parent(), m.name(), out);
            }
            case Mutation.SetAttr m -> present(at.node(m.inode()), out);
            case Mutation.Link m -> {
                directory(at, m.parent(), out);
                absent(at, m.parent(), m.name(), out);
                Tree.Node node = at.node(m.inode());
                present(node, out);
                if (node != null && node.isDirectory()) {
                    out.add(Reason.IS_A_DIRECTORY);
                }
            }
            case Mutation.Unlink m -> {
                Tree.Node node = entry(at, m.parent(), m.name(), out);
                if (node != null && node.isDirectory()) {
                    out.add(Reason.IS_A_DIRECTORY);
                }
            }
            case Mutation.RemoveDir m -> {
                Tree.Node node = entry(at, m.parent(), m.name(), out);
                if (node != null && !node.isDirectory()) {
                    out.add(Reason.NOT_A_DIRECTORY);
                } else if (node != null && !node.entries().isEmpty()) {
                    out.add(Reason.NOT_EMPTY);
                }
            }
            case Mutation.Rename m -> rename(at, m, out);
        }
        return out;
    }

    private static void present(Tree.Node node, Set<Reason> out) {
        if (node == null) {
            out.add(Reason.NOT_FOUND);
        }
    }

    private static void directory(Tree at, long inode, Set<Reason> out) {
        Tree.Node node = at.node(inode);
        present(node, out);
        if (node != null && !node.isDirectory()) {
            out.add(Reason.NOT_A_DIRECTORY);
        }
    }

    private static void absent(Tree at, long directory, FileName name, Set<Reason> out) {
        if (at.child(directory, name) != null) {
            out.add(Reason.ALREADY_EXISTS);
        }
    }

    private static Tree.Node entry(Tree at, long directory, FileName name, Set<Reason> out) {
        directory(at, directory, out);
        Long inode = at.child(directory, name);
        if (inode == null) {
            if (out.isEmpty()) {
                out.add(Reason.NOT_FOUND);
            }
            return null;
        }
        return at.node(inode);
    }

    private static void rename(Tree at, Mutation.Rename m, Set<Reason> out) {
        if (!m.mount().equals(m.toMount())) {
            out.add(Reason.CROSS_MOUNT);
        }
        Tree.Node source = entry(at, m.fromParent(), m.fromName(), out);
        directory(at, m.toParent(), out);
        Tree.Node into = at.node(m.toParent());
        if (source == null || into == null || !into.isDirectory()) {
            return;
        }
        Long moved = at.child(m.fromParent(), m.fromName());
        Long target = at.child(m.toParent(), m.toName());
        if (source.isDirectory() && at.isWithin(m.toParent(), moved)) {
            out.add(Reason.INTO_ITSELF);
        }
        switch (m.mode()) {
            case NO_REPLACE -> absent(at, m.toParent(), m.toName(), out);
            case EXCHANGE -> {
                if (target == null) {
                    out.add(Reason.NOT_FOUND);
                } else if (at.node(target).isDirectory() && at.isWithin(m.fromParent(), target)) {
                    out.add(Reason.INTO_ITSELF);
                }
            }
            case REPLACE -> {
                if (target != null && !target.equals(moved)) {
                    replace(source, at.node(target), out);
                }
            }
        }
    }

    private static void replace(Tree.Node source, Tree.Node target, Set<Reason> out) {
        if (source.isDirectory() && !target.isDirectory()) {
            out.add(Reason.NOT_A_DIRECTORY);
        }
        if (!source.isDirectory() && target.isDirectory()) {
            out.add(Reason.IS_A_DIRECTORY);
        }
        if (target.isDirectory() && !target.entries().isEmpty()) {
            out.add(Reason.NOT_EMPTY);
        }
    }

    // ---- effects ----------------------------------------------------------------------------------------------

    /** The tree after a change that nothing refuses; {@code fresh} is the number of an inode it makes. */
    static Tree apply(Tree at, Mutation mutation, long fresh) {
        Tree.Draft draft = at.change();
        switch (mutation) {
            case Mutation.Create m -> {
                draft.put(fresh, made(m.inode()));
                draft.attach(m.parent(), m.name(), fresh);
            }
            case Mutation.SetAttr m -> draft.put(m.inode(), changed(at.node(m.inode()), m));
            case Mutation.Link m -> {
                Tree.Node node = at.node(m.inode());
                draft.put(m.inode(), node.withLinks(node.links() + 1));
                draft.attach(m.parent(), m.name(), m.inode());
            }
            case Mutation.Unlink m -> remove(at, draft, m.parent(), m.name());
            case Mutation.RemoveDir m -> remove(at, draft, m.parent(), m.name());
            case Mutation.Rename m -> move(at, draft, m);
        }
        return draft.done();
    }

    private static Tree.Node made(NewInode inode) {
        boolean directory = inode.type() == FileType.DIRECTORY;
        return new Tree.Node(inode.type(), inode.mode(), inode.uid(), inode.gid(), inode.size(), directory ? 2 : 1, 0,
                directory ? Collections.emptySortedMap() : null);
    }

    private static Tree.Node changed(Tree.Node node, Mutation.SetAttr m) {
        return new Tree.Node(node.type(), m.mode() == null ? node.mode() : m.mode(),
                m.uid() == null ? node.uid() : m.uid(), m.gid() == null ? node.gid() : m.gid(),
                m.size() == null ? node.size() : m.size(), node.links(), node.parent(), node.entries());
    }

    private static void remove(Tree at, Tree.Draft draft, long directory, FileName name) {
        long inode = at.child(directory, name);
        draft.detach(directory, name);
        draft.unlink(inode);
    }

    private static void move(Tree at, Tree.Draft draft, Mutation.Rename m) {
        long moved = at.child(m.fromParent(), m.fromName());
        Long target = at.child(m.toParent(), m.toName());
        if (target != null && target == moved) {
            return;
        }
        draft.detach(m.fromParent(), m.fromName());
        if (target != null) {
            draft.detach(m.toParent(), m.toName());
            if (m.mode() == RenameMode.EXCHANGE) {
                draft.attach(m.fromParent(), m.fromName(), target);
            } else {
                draft.unlink(target);
            }
        }
        draft.attach(m.toParent(), m.toName(), moved);
    }

    // ---- answers ----------------------------------------------------------------------------------------------

    /**
     * {@code after} when the answer to a change agrees with it, numbers learned; else null. The link count that an answer
     * shows for a directory is the one the change read: subdirectories made at the same time do not conflict with it and
     * are not in it.
     */
    static Tree learnAndCheck(Tree before, Tree after, Mutation mutation, MutationResult result) {
        return switch (mutation) {
            case Mutation.Create m -> entry(after, m.parent(), m.name(), result);
            case Mutation.SetAttr m -> result.entry().inode() == m.inode()
                    ? learn(after, m.inode(), result.entry().attributes(), false)
                    : null;
            case Mutation.Link m -> entry(after, m.parent(), m.name(), result);
            case Mutation.Unlink m -> removed(before, after, m.parent(), m.name(), result);
            case Mutation.RemoveDir m -> removed(before, after, m.parent(), m.name(), result);
            case Mutation.Rename m -> entry(after, m.toParent(), m.toName(), result);
        };
    }

    private static Tree entry(Tree after, long parent, FileName name, MutationResult result) {
        Long inode = after.child(parent, name);
        boolean inPlace = inode != null && result.entry() != null && result.entry().parent() == parent
                && name.equals(result.entry().name());
        return inPlace ? learn(after, inode, result.entry().attributes(), false) : null;
    }

    private static Tree removed(Tree before, Tree after, long parent, FileName name, MutationResult result) {
        long inode = before.child(parent, name);
        long told = result.entry().inode();
        if (inode >= 0 ? told != inode : before.node(told) != null) {
            return null;
        }
        boolean gone = after.node(inode) == null;
        if (gone != result.inodeRemoved()) {
            return null;
        }
        return inode >= 0 || gone ? after : learnNumber(after, inode, told);
    }

    /** The tree when {@code attributes} can be those of the inode known as {@code inode}; its number is learned. */
    static Tree learn(Tree at, long inode, Attributes attributes) {
        return learn(at, inode, attributes, true);
    }

    private static Tree learn(Tree at, long inode, Attributes attributes, boolean directoryLinks) {
        if (!agrees(at.node(inode), attributes, directoryLinks)) {
            return null;
        }
        if (inode == attributes.inode()) {
            return at;
        }
        return inode >= 0 || at.node(attributes.inode()) != null ? null : learnNumber(at, inode, attributes.inode());
    }

    private static Tree learnNumber(Tree at, long placeholder, long inode) {
        Tree.Draft draft = at.change();
        draft.learn(placeholder, inode);
        return draft.done();
    }

    private static boolean agrees(Tree.Node node, Attributes attributes, boolean directoryLinks) {
        return node.type() == attributes.type() && node.mode() == attributes.mode() && node.uid() == attributes.uid()
                && node.gid() == attributes.gid() && node.size() == attributes.size()
                && (node.links() == attributes.linkCount() || node.isDirectory() && !directoryLinks);
    }
}
