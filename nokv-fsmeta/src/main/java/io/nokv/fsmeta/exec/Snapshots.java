package io.nokv.fsmeta.exec;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.record.RowKind;
import io.nokv.fsmeta.record.SnapshotRecord;
import io.nokv.fsmeta.txn.TxnRunner.Retention;
import io.nokv.fsmeta.txn.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Snapshots: a row that names a version, and a hold on the store's safe point for as long as the row is there. The hold
 * is taken before the row is committed and let go after the row is gone; {@link #retainAll} takes it again when the
 * namespace is opened. Thread-safe.
 */
final class Snapshots {
    private record Held(long mount, long root, long version) {}

    private final Core core;
    private final ConcurrentHashMap<Held, Retention> holds = new ConcurrentHashMap<>();

    Snapshots(Core core) {
        this.core = core;
    }

    SnapshotInfo publish(String name, long root, String label) {
        if (label == null || label.getBytes(StandardCharsets.UTF_8).length > Limits.MAX_LABEL_BYTES) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "a label is text of at most " + Limits.MAX_LABEL_BYTES + " bytes");
        }
        List<Retention> taken = new ArrayList<>();
        boolean outcomeUnknown = false;
        try {
            SnapshotInfo info = core.attempts.run(txn -> {
                taken.forEach(Retention::close);
                taken.clear();
                NamespaceReads reads = core.mounts.reads(txn, name);
                core.mounts.admit(txn, reads.mount, name);
                reads.requireDirectory(root);
                long version = txn.version();
                SnapshotInfo published = new SnapshotInfo(name, root, version, label, core.ports.clock().wallMillis());
                taken.add(core.runner.retain(version, holder(published)));
                txn.insert(Keys.snapshot(reads.mount, root, version),
                        new SnapshotRecord(label, published.createdAtMillis()).encode());
                return published;
            }).value();
            long mount = core.mounts.number(core.runner.latest(), name);
            holds.put(new Held(mount, root, info.readVersion()), taken.removeLast());
            return info;
        } catch (NokvException e) {
            outcomeUnknown = e.code() == FailureCode.UNKNOWN_OUTCOME;
            throw e;
        } finally {
            if (!outcomeUnknown) {
                taken.forEach(Retention::close);
            }
        }
    }

    private static String holder(SnapshotInfo info) {
        return "snapshot " + info.mount() + ":" + info.rootInode() + "@" + info.readVersion();
    }

    /** Also of a retired mount. */
    SnapshotInfo retire(String name, long root, long version) {
        SnapshotInfo info = core.attempts.run(txn -> {
            NamespaceReads reads = core.mounts.reads(txn, name);
            byte[] key = Keys.snapshot(reads.mount, root, version);
            byte[] row = txn.get(key);
            if (row == null) {
                throw new NamespaceException(Reason.SNAPSHOT_NOT_FOUND,
                        "mount " + name + " has no snapshot of " + root + " at version " + version);
            }
            txn.delete(key);
            return info(name, root, version, NamespaceReads.decoded(key, row, SnapshotRecord::decode));
        }).value();
        long mount = core.mounts.number(core.runner.latest(), name);
        Retention hold = holds.remove(new Held(mount, root, version));
        if (hold != null) {
            hold.close();
        }
        return info;
    }

    private static SnapshotInfo info(String mount, long root, long version, SnapshotRecord record) {
        return new SnapshotInfo(mount, root, version, record.label(), record.createdAtMillis());
    }

    /** By root and version. */
    List<SnapshotInfo> list(NamespaceReads reads) {
        return list(reads.view, reads.mount, reads.mountName);
    }

    private static List<SnapshotInfo> list(View view, long mount, String name) {
        byte[] prefix = Keys.kindPrefix(mount, Keys.MOUNT_GROUP, RowKind.SNAPSHOT);
        List<SnapshotInfo> snapshots = new ArrayList<>();
        try (View.Rows rows = view.scan(prefix, Bytes.prefixEnd(prefix), false)) {
            while (rows.next()) {
                byte[] key = rows.key();
                RowKey.Snapshot at = (RowKey.Snapshot) RowKey.parse(key);
                snapshots.add(info(name, at.root(), at.version(),
                        NamespaceReads.decoded(key, rows.value(), SnapshotRecord::decode)));
            }
        }
        return snapshots;
    }

    /** Takes the holds of all published snapshots. */
    void retainAll() {
        View view = core.runner.latest();
        for (Mounts.Registered mount : Mounts.registered(view)) {
            for (SnapshotInfo info : list(view, mount.mount(), mount.name())) {
                holds.put(new Held(mount.mount(), info.rootInode(), info.readVersion()),
                        core.runner.retain(info.readVersion(), holder(info)));
            }
        }
    }

    /** Lets all holds go, with the namespace. */
    void close() {
        for (Held held : List.copyOf(holds.keySet())) {
            Retention hold = holds.remove(held);
            if (hold != null) {
                hold.close();
            }
        }
    }
}
