package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.NamespaceView.EntryKey;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.exec.NamespaceReads.FoundDirectory;
import io.nokv.fsmeta.exec.NamespaceReads.FoundInode;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Attributes of many entries with one further read: the S rows of directories and the I rows of hard-linked files. */
final class EntryBatch {
    private EntryBatch() {}

    /** The i-th answer belongs to the i-th dentry; null stays null. */
    static List<Entry> entries(NamespaceReads reads, List<Found> dentries) {
        List<byte[]> keys = new ArrayList<>();
        for (Found found : dentries) {
            if (found != null && needsRow(found)) {
                keys.add(rowKey(reads, found));
            }
        }
        List<View.Versioned> rows = keys.isEmpty() ? List.of() : reads.view.multiGetVersioned(keys);
        List<Entry> entries = new ArrayList<>(dentries.size());
        int next = 0;
        for (Found found : dentries) {
            if (found == null) {
                entries.add(null);
            } else if (needsRow(found)) {
                View.Versioned row = rows.get(next);
                entries.add(new Entry(found.parent(), found.name(), attributes(reads, found, keys.get(next), row)));
                next++;
            } else {
                DentryRecord.Embedded e = (DentryRecord.Embedded) found.record();
                entries.add(new Entry(found.parent(), found.name(),
                        NamespaceReads.fileAttributes(e.inode(), e.body(), 1, found.version())));
            }
        }
        return entries;
    }

    private static boolean needsRow(Found found) {
        return found.record() instanceof DentryRecord.Remote || found.isDirectory();
    }

    private static byte[] rowKey(NamespaceReads reads, Found found) {
        return found.isDirectory()
                ? Keys.directory(reads.mount, found.inode())
                : Keys.inode(reads.mount, found.inode());
    }

    private static Attributes attributes(NamespaceReads reads, Found found, byte[] key, View.Versioned row) {
        if (row == null) {
            throw reads.damaged("entry " + found.name() + " of " + found.parent() + " names inode " + found.inode()
                    + ", which is not there");
        }
        return switch (found.record()) {
            case DentryRecord.Embedded e -> NamespaceReads.directoryAttributes(e.inode(), e.body(), found.version(),
                    new FoundDirectory(NamespaceReads.decoded(key, row.value(), DirectoryState::decode),
                            row.version()));
            case DentryRecord.Remote r -> {
                InodeRecord record = NamespaceReads.decoded(key, row.value(), InodeRecord::decode);
                if (!(record instanceof InodeRecord.Whole)) {
                    throw reads.damaged("a remote dentry names inode " + r.inode() + ", which has no attributes");
                }
                yield NamespaceReads.wholeAttributes(r.inode(), new FoundInode(record, row.version()));
            }
        };
    }

    /** The i-th answer belongs to the i-th inode; null when it does not exist. At most three reads whatever their number. */
    static List<Attributes> attributes(NamespaceReads reads, List<Long> inodes) {
        List<byte[]> inodeKeys = new ArrayList<>();
        for (long inode : inodes) {
            if (inode > 0) {
                inodeKeys.add(Keys.inode(reads.mount, inode));
            }
        }
        List<View.Versioned> inodeRows = inodeKeys.isEmpty() ? List.of() : reads.view.multiGetVersioned(inodeKeys);
        FoundInode[] found = new FoundInode[inodes.size()];
        int next = 0;
        for (int i = 0; i < found.length; i++) {
            if (inodes.get(i) > 0) {
                View.Versioned row = inodeRows.get(next);
                byte[] key = inodeKeys.get(next);
                found[i] = row == null
                        ? null
                        : new FoundInode(NamespaceReads.decoded(key, row.value(), InodeRecord::decode), row.version());
                next++;
            }
        }
        return ofInodes(reads, inodes, found);
    }

    /** The attributes of inodes whose I rows are at hand. */
    static List<Attributes> ofInodes(NamespaceReads reads, List<Long> inodes, FoundInode[] found) {
        List<byte[]> dentryKeys = new ArrayList<>();
        for (FoundInode inode : found) {
            if (inode != null && inode.record() instanceof InodeRecord.Located at) {
                dentryKeys.add(Keys.dentry(reads.mount, at.parent(), at.name()));
            }
        }
        List<View.Versioned> rows = dentryKeys.isEmpty() ? List.of() : reads.view.multiGetVersioned(dentryKeys);
        List<Found> dentries = new ArrayList<>(Arrays.asList(new Found[found.length]));
        int next = 0;
        for (int i = 0; i < found.length; i++) {
            if (found[i] != null && found[i].record() instanceof InodeRecord.Located at) {
                Found dentry = NamespaceReads.found(at.parent(), at.name(), dentryKeys.get(next), rows.get(next));
                next++;
                if (dentry == null || dentry.inode() != inodes.get(i)) {
                    throw reads.damaged("inode " + inodes.get(i) + " should be " + at.name() + " in " + at.parent());
                }
                dentries.set(i, dentry);
            }
        }
        List<Entry> entries = entries(reads, dentries);
        List<Attributes> out = new ArrayList<>(found.length);
        for (int i = 0; i < found.length; i++) {
            if (entries.get(i) != null) {
                out.add(entries.get(i).attributes());
            } else if (found[i] == null) {
                out.add(null);
            } else if (Inodes.mayBeDirectory(inodes.get(i))) {
                out.add(reads.getAttr(inodes.get(i)));
            } else {
                out.add(NamespaceReads.wholeAttributes(inodes.get(i), found[i]));
            }
        }
        return out;
    }

    /** The i-th answer belongs to the i-th key; null when there is no such entry. */
    static List<Found> dentries(NamespaceReads reads, List<EntryKey> wanted) {
        List<byte[]> keys = new ArrayList<>();
        for (EntryKey key : wanted) {
            if (Inodes.mayBeDirectory(key.parent())) {
                keys.add(Keys.dentry(reads.mount, key.parent(), key.name()));
            }
        }
        List<View.Versioned> rows = keys.isEmpty() ? List.of() : reads.view.multiGetVersioned(keys);
        List<Found> out = new ArrayList<>(wanted.size());
        int next = 0;
        for (EntryKey key : wanted) {
            if (Inodes.mayBeDirectory(key.parent())) {
                out.add(NamespaceReads.found(key.parent(), key.name(), keys.get(next), rows.get(next)));
                next++;
            } else {
                out.add(null);
            }
        }
        return out;
    }
}
