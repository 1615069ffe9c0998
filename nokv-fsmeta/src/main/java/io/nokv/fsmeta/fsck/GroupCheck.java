package io.nokv.fsmeta.fsck;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.fsck.Finding.Kind;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.LinkNameRecord;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.record.Usage;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks one group: the directory that owns it, its entries, and the inodes numbered in it. Rows come in key order; what
 * they must agree with is read in batches.
 */
final class GroupCheck {
    private static final int BATCH = 256;

    private record Entry(FileName name, DentryRecord record) {}

    private record Numbered(long inode, InodeRecord record) {}

    final long group;
    private final MountCheck mount;
    private final long directory;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Numbered> inodes = new ArrayList<>();
    private final List<RowKey.LinkName> linkNames = new ArrayList<>();
    private DirectoryState state;
    private boolean hasDirectoryInode;
    private long entryCount;
    private long subdirectories;
    private long bytes;
    private long charged;
    private long highestNumber;

    GroupCheck(MountCheck mount, long group) {
        this.mount = mount;
        this.group = group;
        this.directory = Inodes.directory(group);
    }

    void row(RowKey key, byte[] raw, byte[] value) {
        try {
            switch (key) {
                case RowKey.Dentry d -> entry(new Entry(d.name(), DentryRecord.decode(value, directory)));
                case RowKey.Inode i -> inode(new Numbered(i.inode(), InodeRecord.decode(value)));
                case RowKey.LinkName l -> {
                    LinkNameRecord.verify(value);
                    linkNames.add(l);
                    if (linkNames.size() == BATCH) {
                        checkLinkNames();
                    }
                }
                case RowKey.Directory _ -> state = DirectoryState.decode(value);
                case RowKey.Usage u -> {
                    Usage.decode(value);
                    if (!mount.isScope(u.scope())) {
                        mount.finding(Kind.QUOTA, u.scope(), null, "a usage row without a quota");
                    }
                }
                case RowKey.Reserved r ->
                    mount.finding(Kind.STRAY_ROW, directory, null, "a row of the reserved kind " + r.kind());
                case RowKey.Registry _,RowKey.MountState _,RowKey.Fence _,RowKey.Quota _,RowKey.Request _,RowKey.Snapshot _ ->
                    mount.finding(Kind.STRAY_ROW, directory, null, Bytes.show(raw) + " belongs to group 0");
            }
        } catch (NokvException e) {
            mount.damaged(raw, e);
        }
    }

    private void entry(Entry entry) {
        entryCount++;
        mount.fsck.tally.entries++;
        if (entry.record instanceof DentryRecord.Embedded e) {
            bytes += e.body().size();
            charged++;
            mount.fsck.tally.inodes++;
            mount.fsck.tally.bytes += e.body().size();
            if (e.body().isDirectory()) {
                subdirectories++;
            }
            if (e.body().isDirectory() != Inodes.mayBeDirectory(e.inode())) {
                mount.finding(Kind.DENTRY_DISAGREES, e.inode(), entry.name,
                        "a " + e.type() + " cannot have the number " + e.inode());
            }
        }
        entries.add(entry);
        if (entries.size() == BATCH) {
            checkEntries();
        }
    }

    private void inode(Numbered inode) {
        highestNumber = Math.max(highestNumber, inode.inode);
        if (inode.inode == directory) {
            hasDirectoryInode = true;
        }
        if (inode.record instanceof InodeRecord.Whole whole && inode.inode != Namespace.ROOT_INODE) {
            mount.fsck.tally.inodes++;
            mount.fsck.tally.bytes += whole.body().size();
            checkLinks(inode.inode, whole);
        }
        inodes.add(inode);
        if (inodes.size() == BATCH) {
            checkInodes();
        }
    }

    /** Every entry's inode must be there and say where it is. */
    private void checkEntries() {
        List<byte[]> keys = new ArrayList<>();
        for (Entry e : entries) {
            keys.add(Keys.inode(mount.mount, e.record.inode()));
            keys.add(e.record instanceof DentryRecord.Remote
                    ? Keys.linkName(mount.mount, e.record.inode(), directory, e.name)
                    : Keys.directory(mount.mount, Inodes.directory(Inodes.group(e.record.inode()))));
        }
        List<byte[]> rows = mount.view.multiGet(keys);
        for (int i = 0; i < entries.size(); i++) {
            checkEntry(entries.get(i), rows.get(2 * i), rows.get(2 * i + 1));
        }
        entries.clear();
    }

    private void checkEntry(Entry e, byte[] inodeRow, byte[] second) {
        long inode = e.record.inode();
        InodeRecord record = decode(Keys.inode(mount.mount, inode), inodeRow);
        if (record == null) {
            mount.finding(Kind.DENTRY_WITHOUT_INODE, inode, e.name,
                    "entry of directory " + directory + " names an inode that is not there");
            return;
        }
        boolean agrees = switch (e.record) {
            case DentryRecord.Embedded _ -> record.equals(new InodeRecord.Located(directory, e.name));
            case DentryRecord.Remote r ->
                record instanceof InodeRecord.Whole whole && whole.body().type() == r.type() && second != null;
        };
        if (!agrees) {
            mount.finding(Kind.DENTRY_DISAGREES, inode, e.name,
                    "entry of directory " + directory + ", but its inode says " + describe(record));
        }
        if (e.record instanceof DentryRecord.Embedded dir && dir.body().isDirectory() && second == null) {
            mount.finding(Kind.DIRECTORY_WITHOUT_STATE, inode, e.name, "the directory has no counters");
        }
    }

    private InodeRecord decode(byte[] key, byte[] row) {
        if (row == null) {
            return null;
        }
        try {
            return InodeRecord.decode(row);
        } catch (NokvException e) {
            mount.damaged(key, e);
            return null;
        }
    }

    private static String describe(InodeRecord record) {
        return switch (record) {
            case InodeRecord.Located at -> "it is " + at.name() + " in " + at.parent();
            case InodeRecord.Whole whole -> "it is a " + whole.body().type() + " with " + whole.links() + " names";
        };
    }

    /** Every inode that says where it is must be there. */
    private void checkInodes() {
        List<byte[]> keys = new ArrayList<>();
        List<Numbered> located = new ArrayList<>();
        for (Numbered n : inodes) {
            if (n.record instanceof InodeRecord.Located at) {
                if (Inodes.mayBeDirectory(at.parent())) {
                    keys.add(Keys.dentry(mount.mount, at.parent(), at.name()));
                    located.add(n);
                } else {
                    mount.finding(Kind.INODE_WITHOUT_DENTRY, n.inode, at.name(),
                            "its parent " + at.parent() + " can be no directory");
                }
            }
        }
        List<byte[]> rows = mount.view.multiGet(keys);
        for (int i = 0; i < located.size(); i++) {
            checkLocated(located.get(i), rows.get(i));
        }
        inodes.clear();
    }

    private void checkLocated(Numbered n, byte[] row) {
        InodeRecord.Located at = (InodeRecord.Located) n.record;
        try {
            boolean there = row != null && DentryRecord.decode(row, at.parent()) instanceof DentryRecord.Embedded e
                    && e.inode() == n.inode;
            if (!there) {
                mount.finding(Kind.INODE_WITHOUT_DENTRY, n.inode, at.name(),
                        "directory " + at.parent() + " has no such entry of this inode");
            }
        } catch (NokvException e) {
            mount.damaged(Keys.dentry(mount.mount, at.parent(), at.name()), e);
        }
    }

    private void checkLinks(long inode, InodeRecord.Whole whole) {
        byte[] prefix = Keys.linkNames(mount.mount, inode);
        long names = 0;
        boolean home = false;
        try (View.Rows rows = mount.view.scan(prefix, Bytes.prefixEnd(prefix), false)) {
            while (rows.next()) {
                names++;
                home |= RowKey.parse(rows.key()) instanceof RowKey.LinkName l && l.parent() == whole.home();
            }
        }
        if (names != whole.links()) {
            mount.finding(Kind.LINK_COUNT, inode, null, "link count " + whole.links() + ", it has " + names + " names");
        }
        if (names == 0) {
            mount.finding(Kind.INODE_WITHOUT_DENTRY, inode, null, "no entry names it");
        }
        if (!home) {
            mount.finding(Kind.HOME_WITHOUT_NAME, inode, null, "charged in " + whole.home() + ", where it has no name");
        }
    }

    /** Every name kept for a hard-linked inode must be an entry. */
    private void checkLinkNames() {
        List<byte[]> keys = new ArrayList<>();
        for (RowKey.LinkName l : linkNames) {
            keys.add(Keys.dentry(mount.mount, l.parent(), l.name()));
            keys.add(Keys.inode(mount.mount, l.inode()));
        }
        List<byte[]> rows = mount.view.multiGet(keys);
        for (int i = 0; i < linkNames.size(); i++) {
            RowKey.LinkName l = linkNames.get(i);
            byte[] row = rows.get(2 * i);
            try {
                boolean there = row != null && DentryRecord.decode(row, l.parent()) instanceof DentryRecord.Remote r
                        && r.inode() == l.inode();
                boolean whole = decode(keys.get(2 * i + 1), rows.get(2 * i + 1)) instanceof InodeRecord.Whole;
                if (!there || !whole) {
                    mount.finding(Kind.INODE_WITHOUT_DENTRY, l.inode(), l.name(),
                            "a name in " + l.parent() + " is kept for it that is no entry of it");
                }
            } catch (NokvException e) {
                mount.damaged(keys.get(2 * i), e);
            }
        }
        linkNames.clear();
    }

    void finish() {
        checkEntries();
        checkInodes();
        checkLinkNames();
        if (state == null) {
            if (hasDirectoryInode) {
                mount.finding(Kind.DIRECTORY_WITHOUT_STATE, directory, null, "the directory has no counters");
            }
            if (entryCount > 0) {
                mount.finding(Kind.UNREACHABLE, directory, null,
                        entryCount + " entries in a directory that is not there");
            }
            return;
        }
        mount.fsck.tally.directories++;
        if (!hasDirectoryInode) {
            mount.finding(Kind.INODE_WITHOUT_DENTRY, directory, null, "counters of a directory without an inode");
        } else if (!mount.ancestry.reachesRoot(directory)) {
            mount.finding(Kind.UNREACHABLE, directory, null, "no way leads up to the root");
        }
        count(Kind.ENTRY_COUNT, "entries", state.entries(), entryCount);
        count(Kind.SUBDIRECTORY_COUNT, "subdirectories", state.subdirectories(), subdirectories);
        MountCheck.Sum linked = mount.takeLinkedHome(directory);
        bytes += linked.bytes;
        charged += linked.inodes;
        count(Kind.CHARGE, "bytes charged", state.bytes(), bytes);
        count(Kind.CHARGE, "inodes charged", state.inodes(), charged);
        mount.charged(directory, bytes, charged);
        if (Inodes.group(state.nextInode()) == group && highestNumber >= state.nextInode()) {
            mount.finding(Kind.NUMBER_ABOVE_FENCE, directory, null,
                    "inode " + highestNumber + " is not below " + state.nextInode());
        }
    }

    private void count(Kind kind, String what, long stored, long counted) {
        if (stored != counted) {
            mount.finding(kind, directory, null, stored + " " + what + " are stored, counted " + counted);
        }
    }
}
