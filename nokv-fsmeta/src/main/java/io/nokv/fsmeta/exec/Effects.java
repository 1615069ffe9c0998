package io.nokv.fsmeta.exec;

import io.nokv.base.codec.CounterRecord.Delta;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.QuotaRecord;
import io.nokv.fsmeta.record.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one change does to counters: gathered per directory and per scope, then written as one set of deltas each. What
 * moves within a scope cancels out, so it can never fail on that scope's quota.
 */
final class Effects {
    private static final class OnDirectory {
        long entries;
        long subdirectories;
        long bytes;
        long inodes;
        long nextInode;
        boolean contentChanged;
        boolean statusChanged;
        Long mtimeNs;
        Long ctimeNs;
    }

    /** What a scope gets, and how much of that no limit can refuse. */
    private static final class OnScope {
        long bytes;
        long inodes;
        long freeBytes;
        long freeInodes;
    }

    private final MountChanges m;
    private final Map<Long, OnDirectory> directories = new LinkedHashMap<>();
    private final Map<Long, OnScope> scopes = new LinkedHashMap<>();

    Effects(MountChanges m) {
        this.m = m;
    }

    private OnDirectory on(long directory) {
        return directories.computeIfAbsent(directory, _ -> new OnDirectory());
    }

    /** A name came to ({@code by} 1) or went from ({@code by} -1) a directory. */
    Effects entries(long directory, int by, boolean ofDirectory) {
        OnDirectory d = on(directory);
        d.entries += by;
        d.subdirectories += ofDirectory ? by : 0;
        d.contentChanged = true;
        return this;
    }

    /** The entries of a directory changed: its mtime and ctime move. */
    Effects content(long directory) {
        on(directory).contentChanged = true;
        return this;
    }

    /** The directory's own inode changed: its ctime moves. */
    Effects status(long directory) {
        on(directory).statusChanged = true;
        return this;
    }

    /** Sets times of a directory; null leaves one alone. */
    Effects times(long directory, Long mtimeNs, Long ctimeNs) {
        OnDirectory d = on(directory);
        d.mtimeNs = mtimeNs;
        d.ctimeNs = ctimeNs;
        return this;
    }

    Effects numbered(long directory, long inode) {
        OnDirectory d = on(directory);
        d.nextInode = Math.max(d.nextInode, inode + 1);
        return this;
    }

    /** An inode of {@code bytes} is charged in its home from now on. */
    Effects charge(long home, long bytes) {
        return charge(home, bytes, 1);
    }

    /** An inode of {@code bytes} is no longer charged in its home. */
    Effects discharge(long home, long bytes) {
        return charge(home, -bytes, -1);
    }

    Effects charge(long home, long bytes, long inodes) {
        OnDirectory d = on(home);
        d.bytes += bytes;
        d.inodes += inodes;
        return this;
    }

    /** {@code usage} moves from below one directory to below another, without a change in either's own counters. */
    Effects moveUsage(Usage usage, long fromDirectory, long toDirectory) {
        onScopes(fromDirectory, -usage.bytes(), -usage.inodes());
        onScopes(toDirectory, usage.bytes(), usage.inodes());
        return this;
    }

    /** An inode loses the name it was charged by and is charged elsewhere: never refused, for removing a name never is. */
    Effects rehome(long fromHome, long toHome, long bytes) {
        discharge(fromHome, bytes).charge(toHome, bytes);
        for (long scope : m.scopesAround(fromHome)) {
            onScope(scope).freeBytes -= bytes;
            onScope(scope).freeInodes--;
        }
        for (long scope : m.scopesAround(toHome)) {
            onScope(scope).freeBytes += bytes;
            onScope(scope).freeInodes++;
        }
        return this;
    }

    private void onScopes(long directory, long bytes, long inodes) {
        for (long scope : m.scopesAround(directory)) {
            add(onScope(scope), bytes, inodes);
        }
    }

    private OnScope onScope(long scope) {
        return scopes.computeIfAbsent(scope, _ -> new OnScope());
    }

    private static void add(OnScope on, long bytes, long inodes) {
        on.bytes += bytes;
        on.inodes += inodes;
    }

    /** Writes the deltas. TOO_MANY_LINKS, QUOTA_EXCEEDED. */
    void write() {
        for (Map.Entry<Long, OnDirectory> e : directories.entrySet()) {
            OnDirectory d = e.getValue();
            if (d.bytes != 0 || d.inodes != 0) {
                add(onScope(Namespace.ROOT_INODE), d.bytes, d.inodes);
                onScopes(e.getKey(), d.bytes, d.inodes);
            }
        }
        for (Map.Entry<Long, OnDirectory> e : directories.entrySet()) {
            writeDirectory(e.getKey(), e.getValue());
        }
        for (Map.Entry<Long, OnScope> e : scopes.entrySet()) {
            writeScope(e.getKey(), e.getValue());
        }
    }

    private void writeDirectory(long directory, OnDirectory d) {
        List<Delta> deltas = new ArrayList<>(7);
        if (d.entries != 0) {
            deltas.add(Delta.addBounded(DirectoryState.ENTRIES, d.entries, 0, Long.MAX_VALUE));
        }
        if (d.subdirectories != 0) {
            deltas.add(Delta.addBounded(DirectoryState.SUBDIRECTORIES, d.subdirectories, 0,
                    NamespaceLimits.MAX_SUBDIRECTORIES));
        }
        if (d.contentChanged) {
            deltas.add(Delta.max(DirectoryState.MTIME, m.nowNs()));
        }
        if (d.contentChanged || d.statusChanged) {
            deltas.add(Delta.max(DirectoryState.CTIME, m.nowNs()));
        }
        if (d.mtimeNs != null) {
            deltas.add(Delta.set(DirectoryState.MTIME, d.mtimeNs));
        }
        if (d.ctimeNs != null) {
            deltas.add(Delta.set(DirectoryState.CTIME, d.ctimeNs));
        }
        if (d.nextInode != 0) {
            deltas.add(Delta.max(DirectoryState.NEXT_INODE, d.nextInode));
        }
        if (d.bytes != 0) {
            deltas.add(Delta.addBounded(DirectoryState.BYTES, d.bytes, 0, Long.MAX_VALUE));
        }
        if (d.inodes != 0) {
            deltas.add(Delta.addBounded(DirectoryState.INODES, d.inodes, 0, Long.MAX_VALUE));
        }
        if (d.subdirectories > 0) {
            DirectoryState state = m.reads.requireDirectory(directory).state();
            if (state.subdirectories() + d.subdirectories > NamespaceLimits.MAX_SUBDIRECTORIES) {
                throw new NamespaceException(Reason.TOO_MANY_LINKS, "directory " + directory + " has "
                        + state.subdirectories() + " subdirectories, the limit is "
                        + NamespaceLimits.MAX_SUBDIRECTORIES);
            }
        }
        if (!deltas.isEmpty()) {
            m.txn.add(Keys.directory(m.mount, directory), deltas);
        }
    }

    private void writeScope(long scope, OnScope on) {
        long bytes = on.bytes;
        long inodes = on.inodes;
        if (bytes == 0 && inodes == 0) {
            return;
        }
        QuotaRecord quota = m.quotas().quotas.get(scope);
        boolean enforced = quota != null && !quota.counting();
        long maxBytes = enforced && refusable(bytes, on.freeBytes) ? orNone(quota.limitBytes()) : Long.MAX_VALUE;
        long maxInodes = enforced && refusable(inodes, on.freeInodes) ? orNone(quota.limitInodes()) : Long.MAX_VALUE;
        byte[] key = Keys.usage(m.mount, scope);
        if (maxBytes != Long.MAX_VALUE || maxInodes != Long.MAX_VALUE) {
            m.changes.core.counters.quotaChecks.increment();
            Usage used = NamespaceReads.decoded(key, m.txn.get(key), Usage::decode);
            refuseAbove(scope, "bytes", used.bytes(), bytes, maxBytes);
            refuseAbove(scope, "inodes", used.inodes(), inodes, maxInodes);
        }
        List<Delta> deltas = new ArrayList<>(2);
        if (bytes != 0) {
            deltas.add(Delta.addBounded(Usage.BYTES, bytes, Long.MIN_VALUE, maxBytes));
        }
        if (inodes != 0) {
            deltas.add(Delta.addBounded(Usage.INODES, inodes, Long.MIN_VALUE, maxInodes));
        }
        m.changes.core.counters.usageMutations.increment();
        m.txn.add(key, deltas);
    }

    private static boolean refusable(long growth, long free) {
        return growth > 0 && growth - free > 0;
    }

    private static long orNone(long limit) {
        return limit == 0 ? Long.MAX_VALUE : limit;
    }

    private void refuseAbove(long scope, String what, long used, long more, long limit) {
        if (limit != Long.MAX_VALUE && (used > limit || more > limit - used)) {
            m.changes.core.counters.quotaRejects.increment();
            throw new NamespaceException(Reason.QUOTA_EXCEEDED, more + " more " + what + " below directory " + scope
                    + " of mount " + m.reads.mountName + ": " + used + " of " + limit + " are used");
        }
    }
}
