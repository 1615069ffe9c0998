package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKind;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.List;

/** Pages of one directory: one scan of its D rows, and one further read for what is not embedded. */
final class DirectoryListing {
    /** @param more whether the directory goes on after them */
    record Page(List<Found> dentries, boolean more) {}

    private DirectoryListing() {}

    /** Entries after {@code after} (null: from the start), at most {@code limit}. NOT_FOUND, NOT_A_DIRECTORY. */
    static Page read(NamespaceReads reads, long directory, FileName after, int limit) {
        if (!Inodes.mayBeDirectory(directory)) {
            throw reads.notADirectory(directory);
        }
        byte[] prefix = Keys.kindPrefix(reads.mount, Inodes.group(directory), RowKind.DENTRY);
        int prefixBytes = prefix.length;
        byte[] from = after == null
                ? prefix
                : Keys.afterDentry(reads.mount, directory, after);
        byte[] end = Keys.kindEnd(reads.mount, Inodes.group(directory), RowKind.DENTRY);
        List<Found> dentries = new ArrayList<>(Math.min(limit, Limits.BATCH));
        boolean more = false;
        try (View.Rows rows = reads.view.scan(from, end, false)) {
            while (rows.next()) {
                if (dentries.size() == limit) {
                    more = true;
                    break;
                }
                byte[] key = rows.key();
                FileName name = Keys.nameOfDentry(key, prefixBytes);
                DentryRecord record = NamespaceReads.decoded(key, rows.value(), v -> DentryRecord.decode(v, directory));
                dentries.add(new Found(directory, name, record, rows.version()));
            }
        }
        if (dentries.isEmpty()) {
            reads.requireDirectory(directory);
        }
        return new Page(dentries, more);
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > Namespace.MAX_PAGE) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "a page of " + limit + " entries; 1 to " + Namespace.MAX_PAGE + " may be asked for");
        }
    }

    static NamePage names(NamespaceReads reads, long directory, FileName after, int limit) {
        checkLimit(limit);
        Page page = read(reads, directory, after, limit);
        List<NamePage.Item> items = new ArrayList<>(page.dentries.size());
        for (Found found : page.dentries) {
            items.add(new NamePage.Item(found.name(), found.inode(), found.record().type()));
        }
        return new NamePage(items, next(page), reads.view.version());
    }

    static DirPage entries(NamespaceReads reads, long directory, FileName after, int limit) {
        checkLimit(limit);
        Page page = read(reads, directory, after, limit);
        List<Entry> entries = EntryBatch.entries(reads, page.dentries);
        return new DirPage(entries, next(page), reads.view.version());
    }

    private static FileName next(Page page) {
        return page.more ? page.dentries.get(page.dentries.size() - 1).name() : null;
    }
}
