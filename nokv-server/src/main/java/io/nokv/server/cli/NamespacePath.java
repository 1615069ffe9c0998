package io.nokv.server.cli;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.NameEscapes;
import io.nokv.fsmeta.api.Namespace;

/** Paths as people type them: "/a/b", with bytes that are not UTF-8 as {@code \xNN}. */
final class NamespacePath {
    private NamespacePath() {}

    /** What the path names; symlinks at its end are followed. */
    static Entry find(Namespace namespace, String mount, String path) {
        return namespace.lookupPath(mount, bytes(path), true, 0);
    }

    /** CommandFailure with {@link ExitCode#USAGE} when it does not begin with '/'. */
    static byte[] bytes(String path) {
        if (!path.startsWith("/")) {
            throw new CommandFailure(ExitCode.USAGE, "a path in a mount begins with '/': " + path);
        }
        return NameEscapes.unescape(path);
    }
}
