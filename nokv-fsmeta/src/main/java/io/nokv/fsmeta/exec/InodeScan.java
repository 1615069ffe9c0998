package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.exec.NamespaceReads.FoundInode;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.record.RowKind;
import java.util.ArrayList;
import java.util.List;

/** Inodes of a mount in order of their numbers. */
final class InodeScan extends BatchedRows<Attributes> {
    private final NamespaceReads reads;
    private final MountScan scan;

    /** @param to exclusive; 0 for no end */
    InodeScan(NamespaceReads reads, long from, long to) {
        this.reads = reads;
        long first = Math.max(from, Inodes.directory(Inodes.ROOT_GROUP));
        byte[] end = to == 0 ? null : Keys.inode(reads.mount, Math.max(to, 1));
        this.scan = new MountScan(reads.view, reads.mount, RowKind.INODE, Keys.inode(reads.mount, first), end);
    }

    @Override
    List<Attributes> fetch(int limit) {
        List<Long> inodes = new ArrayList<>(limit);
        List<FoundInode> rows = new ArrayList<>(limit);
        while (inodes.size() < limit && scan.next()) {
            byte[] key = scan.key();
            inodes.add(((RowKey.Inode) RowKey.parse(key)).inode());
            rows.add(new FoundInode(NamespaceReads.decoded(key, scan.value(), InodeRecord::decode), scan.version()));
        }
        return EntryBatch.ofInodes(reads, inodes, rows.toArray(FoundInode[]::new));
    }

    @Override
    public void close() {
        super.close();
        scan.close();
    }
}
