package io.nokv.fsmeta.grpc;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.MutationResult;

/** Plausible values. */
public final class Samples {
    public static final String MOUNT = "m";
    public static final long ROOT = 1L << 24;

    private Samples() {}

    public static FileName name(String text) {
        return FileName.of(text);
    }

    public static Attributes file(long inode) {
        return new Attributes(inode, FileType.FILE, 0644, 1000, 1000, 1, 4096, 0, 1_700_000_000_000_000_001L,
                1_700_000_000_000_000_002L, 1_700_000_000_000_000_003L, 1_700_000_000_000_000_004L, 7_654_321L, null);
    }

    public static Attributes directory(long inode) {
        return new Attributes(inode, FileType.DIRECTORY, 0755, 0, 0, 2, 0, 0, 1L, 2L, 3L, 4L, 7_654_322L, null);
    }

    public static Entry entry(long parent, String name, long inode) {
        return new Entry(parent, FileName.of(name), file(inode));
    }

    public static MutationResult created(String name, long inode) {
        return new MutationResult(99, entry(ROOT, name, inode), null, false);
    }
}
