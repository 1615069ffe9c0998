package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Namespace;
import java.util.Arrays;

/** Which quota scopes enclose a directory. */
final class QuotaScopes {
    static final long[] NONE = {};

    private QuotaScopes() {}

    /** The scopes below the root that contain what is in {@code directory}, sorted: itself and those above. */
    static long[] around(NamespaceReads reads, QuotaConfig config, long directory) {
        long[] found = NONE;
        int depth = 0;
        for (long at = directory; at != Namespace.ROOT_INODE; at = reads.parentOf(at)) {
            if (config.quotas.containsKey(at)) {
                found = Arrays.copyOf(found, found.length + 1);
                found[found.length - 1] = at;
            }
            if (++depth > Limits.MAX_DEPTH) {
                throw reads.damaged("directory " + directory + " is in a cycle");
            }
        }
        Arrays.sort(found);
        return found;
    }
}
