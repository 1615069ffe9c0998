package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.DirectoryState;
import java.util.ArrayDeque;
import java.util.Deque;

/** The directories of a subtree, each with its counters. Memory grows with depth. */
final class DirectoryWalk {
    /** Hears of a directory. */
    interface Visitor {
        void directory(long inode, DirectoryState state);
    }

    /** A directory whose subdirectories are being visited. */
    private static final class Level {
        final long directory;
        long subdirectoriesLeft;
        FileName after;
        final Deque<Long> found = new ArrayDeque<>();
        boolean more = true;

        Level(long directory, long subdirectories) {
            this.directory = directory;
            this.subdirectoriesLeft = subdirectories;
        }
    }

    private DirectoryWalk() {}

    /** Visits {@code root} and every directory below. NOT_FOUND, NOT_A_DIRECTORY for {@code root}. */
    static void visit(NamespaceReads reads, long root, Visitor visitor) {
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(enter(reads, root, visitor));
        while (!levels.isEmpty()) {
            Level level = levels.peek();
            if (level.found.isEmpty() && level.subdirectoriesLeft > 0 && level.more) {
                list(reads, level);
            }
            Long next = level.found.poll();
            if (next == null) {
                if (level.subdirectoriesLeft == 0 || !level.more) {
                    levels.pop();
                }
                continue;
            }
            if (levels.size() > Limits.MAX_DEPTH) {
                throw reads.damaged("directory " + next + " is in a cycle");
            }
            levels.push(enter(reads, next, visitor));
        }
    }

    private static Level enter(NamespaceReads reads, long directory, Visitor visitor) {
        DirectoryState state = reads.requireDirectory(directory).state();
        visitor.directory(directory, state);
        return new Level(directory, state.subdirectories());
    }

    private static void list(NamespaceReads reads, Level level) {
        DirectoryListing.Page page = DirectoryListing.read(reads, level.directory, level.after, Limits.BATCH);
        level.more = page.more();
        for (Found found : page.dentries()) {
            level.after = found.name();
            if (found.isDirectory()) {
                level.found.add(found.inode());
                level.subdirectoriesLeft--;
            }
        }
    }
}
