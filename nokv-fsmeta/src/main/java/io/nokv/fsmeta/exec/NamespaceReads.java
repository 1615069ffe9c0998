package io.nokv.fsmeta.exec;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads of one mount over one {@link View}, which may be a transaction. As safe for threads as the view. */
final class NamespaceReads {
    /** A dentry as it was found. */
    record Found(long parent, FileName name, DentryRecord record, long version) {
        long inode() {
            return record.inode();
        }

        boolean isDirectory() {
            return record.type() == FileType.DIRECTORY;
        }
    }

    /** A directory's counters as they were found. */
    record FoundDirectory(DirectoryState state, long version) {}

    /** An I row as it was found. */
    record FoundInode(InodeRecord record, long version) {}

    final View view;
    final long mount;
    final String mountName;

    NamespaceReads(View view, long mount, String mountName) {
        this.view = view;
        this.mount = mount;
        this.mountName = mountName;
    }

    /** Decodes a stored value; damage is reported with the key it was found under. */
    static <T> T decoded(byte[] key, byte[] value, Function<byte[], T> decoder) {
        try {
            return decoder.apply(value);
        } catch (NokvException e) {
            if (e.code() != FailureCode.CORRUPTION) {
                throw e;
            }
            throw new NokvException(FailureCode.CORRUPTION, "row " + Bytes.show(key) + ": " + e.getMessage(), e);
        }
    }

    /** Null when there is no such entry, whatever {@code parent} is. */
    Found dentry(long parent, FileName name) {
        if (!Inodes.mayBeDirectory(parent)) {
            return null;
        }
        byte[] key = Keys.dentry(mount, parent, name);
        return found(parent, name, key, view.getVersioned(key));
    }

    static Found found(long parent, FileName name, byte[] key, View.Versioned row) {
        return row == null
                ? null
                : new Found(parent, name, decoded(key, row.value(), v -> DentryRecord.decode(v, parent)),
                        row.version());
    }

    /** Null when {@code directory} does not exist or is none. */
    FoundDirectory directory(long directory) {
        if (!Inodes.mayBeDirectory(directory)) {
            return null;
        }
        byte[] key = Keys.directory(mount, directory);
        View.Versioned row = view.getVersioned(key);
        return row == null
                ? null
                : new FoundDirectory(decoded(key, row.value(), DirectoryState::decode), row.version());
    }

    /** NOT_FOUND when the inode does not exist, NOT_A_DIRECTORY when it is something else. */
    FoundDirectory requireDirectory(long directory) {
        FoundDirectory found = directory(directory);
        if (found == null) {
            throw notADirectory(directory);
        }
        return found;
    }

    /** The refusal for an inode without S row. */
    NamespaceException notADirectory(long inode) {
        return inode(inode) == null
                ? noInode(inode)
                : new NamespaceException(Reason.NOT_A_DIRECTORY,
                        "inode " + inode + " of mount " + mountName + " is not a directory");
    }

    NamespaceException noInode(long inode) {
        return new NamespaceException(Reason.NOT_FOUND, "mount " + mountName + " has no inode " + inode);
    }

    NamespaceException noEntry(long parent, FileName name) {
        return new NamespaceException(Reason.NOT_FOUND,
                "directory " + parent + " of mount " + mountName + " has no entry " + name);
    }

    /** Null when the inode does not exist. */
    FoundInode inode(long inode) {
        if (inode <= 0) {
            return null;
        }
        byte[] key = Keys.inode(mount, inode);
        View.Versioned row = view.getVersioned(key);
        return row == null ? null : new FoundInode(decoded(key, row.value(), InodeRecord::decode), row.version());
    }

    /** The refusal when a lookup found nothing. */
    private NamespaceException missing(long parent, FileName name) {
        return directory(parent) == null ? notADirectory(parent) : noEntry(parent, name);
    }

    Entry lookup(long parent, FileName name) {
        return entry(requireDentry(parent, name));
    }

    Found requireDentry(long parent, FileName name) {
        Found found = dentry(parent, name);
        if (found == null) {
            throw missing(parent, name);
        }
        return found;
    }

    /** The entry with all its attributes. */
    Entry entry(Found found) {
        return new Entry(found.parent, found.name, attributes(found));
    }

    Attributes attributes(Found found) {
        return switch (found.record) {
            case DentryRecord.Embedded e when e.body().isDirectory() ->
                directoryAttributes(e.inode(), e.body(), found.version, requireState(e.inode()));
            case DentryRecord.Embedded e -> fileAttributes(e.inode(), e.body(), 1, found.version);
            case DentryRecord.Remote r -> wholeAttributes(r.inode(), requireWhole(r.inode()));
        };
    }

    private FoundDirectory requireState(long directory) {
        FoundDirectory state = directory(directory);
        if (state == null) {
            throw damaged("directory " + directory + " has no state row");
        }
        return state;
    }

    /** The whole I row behind a remote dentry. */
    FoundInode requireWhole(long inode) {
        FoundInode found = inode(inode);
        if (found == null || !(found.record instanceof InodeRecord.Whole)) {
            throw damaged("a remote dentry names inode " + inode + ", which has no attributes");
        }
        return found;
    }

    NokvException damaged(String what) {
        return new NokvException(FailureCode.CORRUPTION, "mount " + mountName + ": " + what);
    }

    static Attributes wholeAttributes(long inode, FoundInode found) {
        InodeRecord.Whole whole = (InodeRecord.Whole) found.record;
        return fileAttributes(inode, whole.body(), whole.links(), found.version);
    }

    static Attributes fileAttributes(long inode, InodeBody b, long links, long version) {
        return new Attributes(inode, b.type(), b.mode(), b.uid(), b.gid(), links, b.size(), b.rdev(), b.atimeNs(),
                b.mtimeNs(), b.ctimeNs(), b.createdNs(), version, b.target());
    }

    static Attributes directoryAttributes(long inode, InodeBody b, long bodyVersion, FoundDirectory found) {
        DirectoryState s = found.state;
        long version = bodyVersion == 0 || found.version == 0 ? 0 : Math.max(bodyVersion, found.version);
        return new Attributes(inode, b.type(), b.mode(), b.uid(), b.gid(), 2 + s.subdirectories(), b.size(), b.rdev(),
                b.atimeNs(), s.mtimeNs(), s.ctimeNs(), b.createdNs(), version, null);
    }

    /** One name of the inode with its attributes; the root's has its own inode as parent and no name. */
    Entry entryOf(long inode) {
        FoundInode found = inode(inode);
        if (found == null) {
            throw noInode(inode);
        }
        return switch (found.record) {
            case InodeRecord.Located at -> {
                Found dentry = dentry(at.parent(), at.name());
                if (dentry == null || dentry.inode() != inode) {
                    throw damaged("inode " + inode + " should be " + at.name() + " in " + at.parent());
                }
                yield entry(dentry);
            }
            case InodeRecord.Whole whole when whole.body().isDirectory() -> new Entry(inode, null,
                    directoryAttributes(inode, whole.body(), found.version, requireState(inode)));
            case InodeRecord.Whole _ -> {
                RowKey.LinkName name = firstName(inode);
                yield new Entry(name == null ? 0 : name.parent(), name == null ? null : name.name(),
                        wholeAttributes(inode, found));
            }
        };
    }

    /** The first name, by parent and name, of a hard-linked inode; null for an orphan. */
    RowKey.LinkName firstName(long inode) {
        List<RowKey.LinkName> names = linkNames(inode, 1);
        return names.isEmpty() ? null : names.get(0);
    }

    /** At most {@code limit} names of a hard-linked inode, by parent and name. */
    List<RowKey.LinkName> linkNames(long inode, int limit) {
        byte[] prefix = Keys.linkNames(mount, inode);
        List<RowKey.LinkName> names = new ArrayList<>();
        try (View.Rows rows = view.scan(prefix, Bytes.prefixEnd(prefix), false)) {
            while (names.size() < limit && rows.next()) {
                names.add((RowKey.LinkName) RowKey.parse(rows.key()));
            }
        }
        return names;
    }

    Attributes getAttr(long inode) {
        return entryOf(inode).attributes();
    }

    /** The parent of a directory; 0 for the root. NOT_FOUND when it does not exist. */
    long parentOf(long directory) {
        if (directory == Namespace.ROOT_INODE) {
            return 0;
        }
        FoundInode found = inode(directory);
        if (found == null) {
            throw noInode(directory);
        }
        if (found.record instanceof InodeRecord.Located at) {
            return at.parent();
        }
        throw damaged("directory " + directory + " has no parent");
    }

    /** "/a/b" of one name of the inode. */
    byte[] pathOf(long inode) {
        List<FileName> names = new ArrayList<>();
        long at = inode;
        while (at != Namespace.ROOT_INODE) {
            FoundInode found = inode(at);
            if (found == null) {
                throw noInode(at);
            }
            if (found.record instanceof InodeRecord.Located located) {
                names.add(located.name());
                at = located.parent();
            } else {
                RowKey.LinkName name = firstName(at);
                if (name == null) {
                    throw new NamespaceException(Reason.NOT_FOUND,
                            "inode " + at + " of mount " + mountName + " has no name");
                }
                names.add(name.name());
                at = name.parent();
            }
            if (names.size() > Limits.MAX_DEPTH) {
                throw damaged("inode " + inode + " is in a cycle");
            }
        }
        ByteWriter path = new ByteWriter(64);
        for (int i = names.size() - 1; i >= 0; i--) {
            path.u8('/').raw(names.get(i).bytes());
        }
        return names.isEmpty() ? new byte[]{'/'} : path.toBytes();
    }
}
