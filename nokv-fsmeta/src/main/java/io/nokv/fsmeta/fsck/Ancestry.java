package io.nokv.fsmeta.fsck;

import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The ways up from directories of one mount. */
final class Ancestry {
    private static final int MOST_KNOWN = 100_000;
    private static final long NONE = -1;

    private final View view;
    private final long mount;
    private final GroupSet reachable = new GroupSet();
    private final GroupSet lost = new GroupSet();
    private final Map<Long, List<Long>> scopesAround = new LinkedHashMap<>();

    Ancestry(View view, long mount) {
        this.view = view;
        this.mount = mount;
    }

    /** Whether the I rows lead from {@code directory} to the root. */
    boolean reachesRoot(long directory) {
        List<Long> way = new ArrayList<>();
        Set<Long> seen = new TreeSet<>();
        long at = directory;
        boolean found;
        while (true) {
            if (at == Namespace.ROOT_INODE || at > 0 && reachable.contains(Inodes.group(at))) {
                found = true;
                break;
            }
            if (!Inodes.mayBeDirectory(at) || lost.contains(Inodes.group(at)) || !seen.add(at)) {
                found = false;
                break;
            }
            way.add(at);
            at = parent(at);
        }
        for (long passed : way) {
            (found ? reachable : lost).add(Inodes.group(passed));
        }
        return found;
    }

    private long parent(long directory) {
        byte[] row = view.get(Keys.inode(mount, directory));
        if (row == null) {
            return NONE;
        }
        try {
            return InodeRecord.decode(row) instanceof InodeRecord.Located at ? at.parent() : NONE;
        } catch (NokvException e) {
            return NONE;
        }
    }

    /** Which of {@code scopes} are {@code directory} or above it; it must reach the root. */
    List<Long> enclosing(Set<Long> scopes, long directory) {
        List<Long> known = scopesAround.get(directory);
        if (known != null) {
            return known;
        }
        List<Long> found = new ArrayList<>();
        for (long at = directory; at != Namespace.ROOT_INODE; at = parent(at)) {
            if (scopes.contains(at)) {
                found.add(at);
            }
        }
        if (scopesAround.size() >= MOST_KNOWN) {
            scopesAround.clear();
        }
        scopesAround.put(directory, found);
        return found;
    }
}
