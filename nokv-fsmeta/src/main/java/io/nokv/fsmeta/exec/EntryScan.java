package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceView.EntryRange;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.record.RowKind;
import java.util.ArrayList;
import java.util.List;

/** Entries of a mount in (parent, name) order. */
final class EntryScan extends BatchedRows<Entry> {
    private final NamespaceReads reads;
    private final boolean attributes;
    private final MountScan scan;

    EntryScan(NamespaceReads reads, EntryRange range, boolean attributes) {
        this.reads = reads;
        this.attributes = attributes;
        byte[] from = bound(reads.mount, Math.max(range.fromParent(), 1), range.fromName());
        byte[] to = range.toParent() == 0 ? null : bound(reads.mount, Math.max(range.toParent(), 1), range.toName());
        this.scan = new MountScan(reads.view, reads.mount, RowKind.DENTRY, from, to);
    }

    /** The first key at or after (parent, name), also for a parent that can be no directory. */
    private static byte[] bound(long mount, long parent, FileName name) {
        if (!Inodes.mayBeDirectory(parent)) {
            return Keys.kindPrefix(mount, Inodes.group(parent) + 1, RowKind.DENTRY);
        }
        return name == null
                ? Keys.kindPrefix(mount, Inodes.group(parent), RowKind.DENTRY)
                : Keys.dentry(mount, parent, name);
    }

    @Override
    List<Entry> fetch(int limit) {
        List<Found> dentries = new ArrayList<>(limit);
        while (dentries.size() < limit && scan.next()) {
            byte[] key = scan.key();
            RowKey.Dentry at = (RowKey.Dentry) RowKey.parse(key);
            DentryRecord record = NamespaceReads.decoded(key, scan.value(), v -> DentryRecord.decode(v, at.parent()));
            dentries.add(new Found(at.parent(), at.name(), record, scan.version()));
        }
        if (attributes) {
            return EntryBatch.entries(reads, dentries);
        }
        List<Entry> entries = new ArrayList<>(dentries.size());
        for (Found found : dentries) {
            entries.add(
                    new Entry(found.parent(), found.name(), new Attributes(found.inode(), found.record().type(), 0, 0,
                            0, 0, 0, 0, 0, 0, 0, 0, 0, null)));
        }
        return entries;
    }

    @Override
    public void close() {
        super.close();
        scan.close();
    }
}
