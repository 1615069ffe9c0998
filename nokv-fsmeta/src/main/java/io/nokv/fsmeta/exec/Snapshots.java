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
import java.util.concurrent.atomic.AtomicReference;

/**
 * Snapshots: a row that names a version, and a hold on the store's safe point for as long as the row is there. The hold
 * is taken before the row is committed and let go after the row is gone; {@link #keepAll} takes it again when the
 * namespace is opened. Closing the namespace lets nothing go: the store may move its safe point after that, until it is
 * closed itself. Thread-safe.
 */
final class Snapshots {
    /** One that is being published, and the hold that it has until the outcome is known. */
    private record Attempt(SnapshotInfo info, Retention hold) {}

    private final Core core;

    Snapshots(Core core) {
        this.core = core;
    }

    SnapshotInfo publish(String name, long root, String label) {
        if (label == null || label.getBytes(StandardCharsets.UTF_8).length > Limits.MAX_LABEL_BYTES) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "a label is text of at most " + Limits.MAX_LABEL_BYTES + " bytes");
        }
        AtomicReference<Attempt> last = new AtomicReference<>();
        try {
            SnapshotInfo info = core.attempts.run(txn -> {
                letGo(last.getAndSet(null));
                NamespaceReads reads = core.mounts.reads(txn, name);
                core.mounts.admit(txn, reads.mount, name);
                reads.requireDirectory(root);
                long version = txn.version();
                SnapshotInfo published = new SnapshotInfo(name, root, version, label, core.ports.clock().wallMillis());
                last.set(new Attempt(published, core.runner.retain(version, holder(published))));
                txn.insert(Keys.snapshot(reads.mount, root, version),
                        new SnapshotRecord(label, published.createdAtMillis()).encode());
                return published;
            }).value();
            keep(info);
            return info;
        } catch (NokvException e) {
            Attempt unsure = last.get();
            if (e.code() == FailureCode.UNKNOWN_OUTCOME && unsure != null) {
                keep(unsure.info);
            }
            throw e;
        } finally {
            letGo(last.get());
        }
    }

    private void keep(SnapshotInfo info) {
        core.runner.keep(info.readVersion(), holder(info));
    }

    private static void letGo(Attempt attempt) {
        if (attempt != null) {
            attempt.hold.close();
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
        core.runner.letGo(version, holder(info));
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
    void keepAll() {
        View view = core.runner.latest();
        for (Mounts.Registered mount : Mounts.registered(view)) {
            for (SnapshotInfo info : list(view, mount.mount(), mount.name())) {
                keep(info);
            }
        }
    }
}
