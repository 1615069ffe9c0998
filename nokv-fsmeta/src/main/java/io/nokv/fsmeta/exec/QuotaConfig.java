package io.nokv.fsmeta.exec;

import io.nokv.base.codec.Bytes;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.QuotaRecord;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.record.RowKind;
import io.nokv.fsmeta.txn.View;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The quotas of a mount as they stand at one version of its mount row, and the scopes that enclose directories, as far
 * as they were asked for. Every change of a quota, and every move of a directory between scopes, puts the mount row; so
 * both stay right for as long as the row has this version. Thread-safe.
 */
final class QuotaConfig {
    private static final int MOST_KNOWN_DIRECTORIES = 100_000;

    final long mountRowVersion;
    final SortedMap<Long, QuotaRecord> quotas;
    private final ConcurrentHashMap<Long, long[]> enclosing = new ConcurrentHashMap<>();

    private QuotaConfig(long mountRowVersion, SortedMap<Long, QuotaRecord> quotas) {
        this.mountRowVersion = mountRowVersion;
        this.quotas = quotas;
    }

    static QuotaConfig load(View view, long mount, long mountRowVersion) {
        SortedMap<Long, QuotaRecord> quotas = new TreeMap<>();
        byte[] prefix = Keys.kindPrefix(mount, Keys.MOUNT_GROUP, RowKind.QUOTA);
        try (View.Rows rows = view.scan(prefix, Bytes.prefixEnd(prefix), false)) {
            while (rows.next()) {
                byte[] key = rows.key();
                quotas.put(((RowKey.Quota) RowKey.parse(key)).scope(),
                        NamespaceReads.decoded(key, rows.value(), QuotaRecord::decode));
            }
        }
        return new QuotaConfig(mountRowVersion, quotas);
    }

    /** Null when the scopes around {@code directory} are not known yet. */
    long[] knownScopes(long directory) {
        return enclosing.get(directory);
    }

    void learnScopes(long directory, long[] scopes) {
        if (enclosing.size() >= MOST_KNOWN_DIRECTORIES) {
            enclosing.clear();
        }
        enclosing.put(directory, scopes);
    }

    boolean hasScopesBelowRoot() {
        return !quotas.isEmpty() && quotas.lastKey() > Inodes.directory(Inodes.ROOT_GROUP);
    }
}
