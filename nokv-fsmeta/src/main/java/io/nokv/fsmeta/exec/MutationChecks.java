package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;

/** What can be said of a request without reading anything. */
final class MutationChecks {
    private MutationChecks() {}

    static void check(Mutation mutation) {
        if (mutation.mount() == null) {
            throw invalid("a request names its mount");
        }
        switch (mutation) {
            case Mutation.Create c -> {
                inode("parent", c.parent());
                given("name", c.name());
                given("inode", c.inode());
                newInode(c.inode());
            }
            case Mutation.SetAttr s -> {
                inode("inode", s.inode());
                if (s.mode() != null) {
                    mode(s.mode());
                }
                if (s.size() != null) {
                    notNegative("size", s.size());
                }
            }
            case Mutation.Link l -> {
                inode("inode", l.inode());
                inode("parent", l.parent());
                given("name", l.name());
            }
            case Mutation.Unlink u -> {
                inode("parent", u.parent());
                given("name", u.name());
            }
            case Mutation.RemoveDir r -> {
                inode("parent", r.parent());
                given("name", r.name());
            }
            case Mutation.Rename r -> {
                inode("parent", r.fromParent());
                inode("parent", r.toParent());
                given("name", r.fromName());
                given("name", r.toName());
                given("mode", r.mode());
                if (!r.mount().equals(r.toMount())) {
                    throw new NamespaceException(Reason.CROSS_MOUNT,
                            "rename from mount " + r.mount() + " to mount " + r.toMount());
                }
            }
        }
    }

    private static void newInode(NewInode n) {
        given("type", n.type());
        mode(n.mode());
        notNegative("size", n.size());
        notNegative("device number", n.rdev());
        boolean device = n.type() == FileType.CHAR_DEVICE || n.type() == FileType.BLOCK_DEVICE;
        if (!device && n.rdev() != 0) {
            throw invalid("a " + n.type() + " has no device number");
        }
        if (n.type() != FileType.SYMLINK) {
            if (n.target() != null) {
                throw invalid("a " + n.type() + " has no target");
            }
            return;
        }
        if (n.target() == null || n.target().length == 0 || n.target().length > NamespaceLimits.MAX_TARGET_BYTES) {
            throw invalid("the target of a symlink has 1 to " + NamespaceLimits.MAX_TARGET_BYTES + " bytes, not "
                    + (n.target() == null ? 0 : n.target().length));
        }
        for (byte b : n.target()) {
            if (b == 0) {
                throw invalid("the target of a symlink has no NUL");
            }
        }
        if (n.size() != 0 && n.size() != n.target().length) {
            throw invalid(
                    "the size of a symlink is the length of its target, " + n.target().length + ", not " + n.size());
        }
    }

    private static void inode(String what, long inode) {
        if (inode < 0) {
            throw invalid(what + " " + inode + " stands for the result of a step; there is none outside a transaction");
        }
    }

    private static void mode(int mode) {
        if ((mode & ~Limits.MAX_MODE) != 0) {
            throw invalid("mode " + Integer.toOctalString(mode) + " has bits beyond 7777");
        }
    }

    private static void notNegative(String what, long value) {
        if (value < 0) {
            throw invalid("negative " + what + ": " + value);
        }
    }

    private static void given(String what, Object value) {
        if (value == null) {
            throw invalid("the request lacks its " + what);
        }
    }

    private static NamespaceException invalid(String message) {
        return new NamespaceException(Reason.INVALID_ARGUMENT, message);
    }
}
