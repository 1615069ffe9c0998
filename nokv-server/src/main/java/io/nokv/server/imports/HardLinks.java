package io.nokv.server.imports;

import io.nokv.server.imports.ImportOptions.FileId;
import io.nokv.server.posix.FileStatus;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The hard-linked inodes of the source of which further names may come. Looked up by key only. */
final class HardLinks {
    /** Where the inode of a file of the source is. */
    static final class Target {
        /** The inode in the namespace; 0 until the batch has happened. */
        long inode;
        /** The batch that creates it, and the step there; null when it was there before. */
        final ImportBatch batch;
        final int step;
        private long namesToCome;

        private Target(long inode, ImportBatch batch, int step, long namesToCome) {
            this.inode = inode;
            this.batch = batch;
            this.step = step;
            this.namesToCome = namesToCome;
        }
    }

    private final Map<FileId, Target> targets = new HashMap<>();

    /** The file of the source that each inode with several names in the namespace stands for. */
    private final Map<Long, FileStatus> claims = new HashMap<>();

    /** Inodes that lost a name to this import, which changed their ctime; in the order of loss. */
    private final Set<Long> disturbed = new LinkedHashSet<>();

    /** The inode that an earlier name of this file got, or null; counts one name as seen. */
    Target next(FileId file) {
        Target target = targets.get(file);
        if (target != null && --target.namesToCome <= 0) {
            targets.remove(file);
        }
        return target;
    }

    /**
     * Whether {@code inode} of the namespace, which has several names there, may stand for a file of the source that has
     * several names, too: not when it stands for another one already.
     */
    boolean claim(FileStatus file, long inode) {
        FileStatus holder = claims.putIfAbsent(inode, file);
        return holder == null || FileId.of(holder).equals(FileId.of(file));
    }

    /** A name of {@code inode} was taken away. */
    void disturb(long inode) {
        disturbed.add(inode);
    }

    /** Gives {@code repair} the next inode that lost a name but still stands for a file; false when there is none. */
    boolean repairOne(BiConsumer<Long, FileStatus> repair) {
        Iterator<Long> inodes = disturbed.iterator();
        while (inodes.hasNext()) {
            Long inode = inodes.next();
            inodes.remove();
            FileStatus file = claims.get(inode);
            if (file != null) {
                repair.accept(inode, file);
                return true;
            }
        }
        return false;
    }

    boolean hasDisturbed() {
        return !disturbed.isEmpty();
    }

    /** The first name of a file was found in the namespace. */
    void found(FileId file, long linkCount, long inode) {
        targets.put(file, new Target(inode, null, 0, linkCount - 1));
    }

    /** The first name of a file is made by {@code step} of {@code batch}. */
    Target created(FileId file, long linkCount, ImportBatch batch, int step) {
        Target target = new Target(0, batch, step, linkCount - 1);
        targets.put(file, target);
        return target;
    }
}
