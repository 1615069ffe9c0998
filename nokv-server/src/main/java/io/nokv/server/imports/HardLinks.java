package io.nokv.server.imports;

import io.nokv.server.imports.ImportOptions.FileId;
import java.util.HashMap;
import java.util.Map;

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

    /** The inode that an earlier name of this file got, or null; counts one name as seen. */
    Target next(FileId file) {
        Target target = targets.get(file);
        if (target != null && --target.namesToCome <= 0) {
            targets.remove(file);
        }
        return target;
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
