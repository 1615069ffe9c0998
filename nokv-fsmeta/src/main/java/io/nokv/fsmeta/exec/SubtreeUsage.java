package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.Usage;

/** What is charged in a directory and below, from the counters of its directories. */
final class SubtreeUsage {
    private SubtreeUsage() {}

    static Usage of(NamespaceReads reads, long directory) {
        long[] sums = new long[2];
        DirectoryWalk.visit(reads, directory, (_, state) -> {
            sums[0] += state.bytes();
            sums[1] += state.inodes();
        });
        return new Usage(sums[0], sums[1]);
    }

    /** The same, and the transaction commits only if it is still so: checks the counters of every directory. TOO_LARGE. */
    static Usage checked(MountChanges m, long directory) {
        long[] sums = new long[2];
        DirectoryWalk.visit(m.reads, directory, (inode, state) -> {
            m.txn.check(Keys.directory(m.mount, inode));
            if (m.txn.size() > Limits.MAX_TRANSACTION_KEYS) {
                throw new NamespaceException(Reason.TOO_LARGE, "directory " + directory
                        + " moves between quota scopes with more than " + Limits.MAX_TRANSACTION_KEYS
                        + " directories below it; move its parts");
            }
            sums[0] += state.bytes();
            sums[1] += state.inodes();
        });
        return new Usage(sums[0], sums[1]);
    }
}
