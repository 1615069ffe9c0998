package io.nokv.fsmeta.fsck;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.fsck.Finding.Kind;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.MountRecord;
import io.nokv.fsmeta.record.QuotaRecord;
import io.nokv.fsmeta.record.RequestRecord;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.record.RowKind;
import io.nokv.fsmeta.record.SnapshotRecord;
import io.nokv.fsmeta.record.Usage;
import io.nokv.fsmeta.txn.View;
import java.util.Map;
import java.util.TreeMap;

/** Checks one mount: its own rows here, each group by a {@link GroupCheck}. */
final class MountCheck {
    /** A recount. */
    static final class Sum {
        long bytes;
        long inodes;

        void add(long moreBytes, long moreInodes) {
            bytes += moreBytes;
            inodes += moreInodes;
        }
    }

    final Fsck fsck;
    final View view;
    final String name;
    final long mount;
    final Ancestry ancestry;
    private final MountRecord record;
    private final long groupFence;
    private final TreeMap<Long, QuotaRecord> quotas = new TreeMap<>();
    private final TreeMap<Long, Sum> scopes = new TreeMap<>();
    /** What hard-linked inodes charge in their homes. */
    private final TreeMap<Long, Sum> linkedHomes = new TreeMap<>();

    MountCheck(Fsck fsck, View view, String name, long mount, MountRecord record, long groupFence) {
        this.fsck = fsck;
        this.view = view;
        this.name = name;
        this.mount = mount;
        this.record = record;
        this.groupFence = groupFence;
        this.ancestry = new Ancestry(view, mount);
    }

    void finding(Kind kind, long inode, FileName entry, String detail) {
        fsck.report(new Finding(kind, name, inode, entry, detail));
    }

    void damaged(byte[] key, NokvException e) {
        fsck.damaged(name, key, e);
    }

    void run() {
        checkMountRows();
        gatherLinkedHomes();
        byte[] end = Bytes.prefixEnd(Keys.mountPrefix(mount));
        byte[] from = Keys.groupPrefix(mount, 1);
        GroupCheck group = null;
        try (View.Rows rows = view.scan(from, end, false)) {
            while (rows.next()) {
                byte[] key = rows.key();
                RowKey parsed = parse(key);
                if (parsed == null) {
                    continue;
                }
                long number = groupOf(parsed);
                if (group == null || group.group != number) {
                    if (group != null) {
                        group.finish();
                    }
                    group = new GroupCheck(this, number);
                    if (number >= groupFence) {
                        finding(Kind.NUMBER_ABOVE_FENCE, Inodes.directory(number), null,
                                "group " + number + " is not below the fence " + groupFence);
                    }
                }
                group.row(parsed, key, rows.value());
            }
        }
        if (group != null) {
            group.finish();
        }
        if (view.get(Keys.inode(mount, Namespace.ROOT_INODE)) == null) {
            finding(Kind.INODE_WITHOUT_DENTRY, Namespace.ROOT_INODE, null, "the root has no inode row");
        }
        for (Map.Entry<Long, Sum> left : linkedHomes.entrySet()) {
            finding(Kind.HOME_WITHOUT_NAME, left.getKey(), null, "hard-linked inodes are charged in directory "
                    + left.getKey() + ", which is not there");
        }
        checkUsage();
    }

    private RowKey parse(byte[] key) {
        try {
            return RowKey.parse(key);
        } catch (NokvException e) {
            damaged(key, e);
            return null;
        }
    }

    private static long groupOf(RowKey key) {
        return switch (key) {
            case RowKey.Dentry d -> Inodes.group(d.parent());
            case RowKey.Inode i -> Inodes.group(i.inode());
            case RowKey.LinkName l -> Inodes.group(l.inode());
            case RowKey.Directory d -> Inodes.group(d.directory());
            case RowKey.Usage u -> Inodes.group(u.scope());
            case RowKey.Reserved r -> r.group();
            case RowKey.Registry _,RowKey.MountState _,RowKey.Fence _,RowKey.Quota _,RowKey.Request _,RowKey.Snapshot _ ->
                Keys.MOUNT_GROUP;
        };
    }

    private void checkMountRows() {
        byte[] from = Keys.groupPrefix(mount, Keys.MOUNT_GROUP);
        int below = 0;
        try (View.Rows rows = view.scan(from, Keys.groupPrefix(mount, 1), false)) {
            while (rows.next()) {
                byte[] key = rows.key();
                RowKey parsed = parse(key);
                try {
                    switch (parsed) {
                        case null -> {}
                        case RowKey.Quota q -> {
                            quotas.put(q.scope(), QuotaRecord.decode(rows.value()));
                            below += q.scope() == Namespace.ROOT_INODE ? 0 : 1;
                        }
                        case RowKey.Request _ -> RequestRecord.decode(rows.value());
                        case RowKey.Snapshot _ -> SnapshotRecord.decode(rows.value());
                        case RowKey.MountState _,RowKey.Fence _ -> {}
                        case RowKey.Registry _,RowKey.Dentry _,RowKey.Inode _,RowKey.LinkName _,RowKey.Directory _,RowKey.Usage _,RowKey.Reserved _ ->
                            finding(Kind.STRAY_ROW, 0, null, Bytes.show(key) + " does not belong to group 0");
                    }
                } catch (NokvException e) {
                    damaged(key, e);
                }
            }
        }
        if (below != record.scopes()) {
            finding(Kind.QUOTA, 0, null,
                    "there are " + below + " quotas below the root, the mount's row says " + record.scopes());
        }
        quotas.keySet().forEach(scope -> scopes.put(scope, new Sum()));
        scopes.put(Namespace.ROOT_INODE, new Sum());
    }

    private void gatherLinkedHomes() {
        byte[] end = Bytes.prefixEnd(Keys.mountPrefix(mount));
        byte[] from = Keys.kindPrefix(mount, 1, RowKind.INODE);
        try (View.Rows rows = view.scan(from, end, false)) {
            while (rows.next()) {
                try {
                    if (RowKey.parse(rows.key()) instanceof RowKey.Inode
                            && InodeRecord.decode(rows.value()) instanceof InodeRecord.Whole whole
                            && whole.home() != 0) {
                        linkedHomes.computeIfAbsent(whole.home(), _ -> new Sum()).add(whole.body().size(), 1);
                    }
                } catch (NokvException e) {
                    // Reported by the pass over the groups.
                    continue;
                }
            }
        }
    }

    /** What hard-linked inodes charge in {@code directory}; to be asked once. */
    Sum takeLinkedHome(long directory) {
        Sum sum = linkedHomes.remove(directory);
        return sum == null ? new Sum() : sum;
    }

    boolean isScope(long directory) {
        return scopes.containsKey(directory);
    }

    /** Counts what is charged in {@code directory} for the scopes around it. */
    void charged(long directory, long bytes, long inodes) {
        scopes.get(Namespace.ROOT_INODE).add(bytes, inodes);
        if (!quotas.isEmpty() && ancestry.reachesRoot(directory)) {
            for (long scope : ancestry.enclosing(quotas.keySet(), directory)) {
                scopes.get(scope).add(bytes, inodes);
            }
        }
    }

    private void checkUsage() {
        for (Map.Entry<Long, Sum> e : scopes.entrySet()) {
            long scope = e.getKey();
            byte[] key = Keys.usage(mount, scope);
            byte[] row = view.get(key);
            if (row == null || view.get(Keys.directory(mount, scope)) == null) {
                finding(Kind.QUOTA, scope, null, "the scope has no usage row or is no directory");
                continue;
            }
            try {
                Usage usage = Usage.decode(row);
                QuotaRecord quota = quotas.get(scope);
                boolean exact = quota == null || !quota.counting();
                if (exact && (usage.bytes() != e.getValue().bytes || usage.inodes() != e.getValue().inodes)) {
                    finding(Kind.USAGE, scope, null, "usage is " + usage.bytes() + " bytes, " + usage.inodes()
                            + " inodes; counted " + e.getValue().bytes + ", " + e.getValue().inodes);
                }
            } catch (NokvException damage) {
                damaged(key, damage);
            }
        }
    }
}
