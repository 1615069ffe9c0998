package io.nokv.fsmeta.fsck;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.record.FenceRecord;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.MountRecord;
import io.nokv.fsmeta.record.RegistryRecord;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Checks all mounts at the version of a view. */
public final class Fsck {
    private final View view;
    private final Consumer<Finding> findings;
    final Tally tally = new Tally();

    /** What has been seen so far. */
    static final class Tally {
        long mounts;
        long directories;
        long inodes;
        long entries;
        long bytes;
        long findings;
    }

    private Fsck(View view, Consumer<Finding> findings) {
        this.view = view;
        this.findings = findings;
    }

    /** Reports to {@code findings} as it goes; finds nothing in a namespace that is whole. */
    public static FsckReport check(View view, Consumer<Finding> findings) {
        Fsck fsck = new Fsck(view, findings);
        fsck.run();
        Tally t = fsck.tally;
        return new FsckReport(view.version(), t.mounts, t.directories, t.inodes, t.entries, t.bytes, t.findings);
    }

    /** The findings themselves, at most {@code limit} of them. */
    public static List<Finding> findings(View view, int limit) {
        List<Finding> found = new ArrayList<>();
        check(view, finding -> {
            if (found.size() < limit) {
                found.add(finding);
            }
        });
        return found;
    }

    void report(Finding finding) {
        tally.findings++;
        findings.accept(finding);
    }

    private record Registered(String name, long mount) {}

    private void run() {
        List<Registered> mounts = new ArrayList<>();
        long fence = fence(Keys.mountFence(), "registry");
        byte[] prefix = Keys.registryPrefix();
        try (View.Rows rows = view.scan(prefix, Bytes.prefixEnd(prefix), false)) {
            while (rows.next()) {
                try {
                    String name = ((RowKey.Registry) RowKey.parse(rows.key())).name();
                    long mount = RegistryRecord.decode(rows.value()).mount();
                    mounts.add(new Registered(name, mount));
                    if (mount >= fence) {
                        report(new Finding(Finding.Kind.NUMBER_ABOVE_FENCE, name, 0, null,
                                "mount number " + mount + " is not below the fence " + fence));
                    }
                } catch (NokvException e) {
                    damaged("registry", rows.key(), e);
                }
            }
        }
        for (Registered mount : mounts) {
            tally.mounts++;
            checkMount(mount);
        }
        checkStrays(mounts);
    }

    private void checkMount(Registered mount) {
        byte[] key = Keys.mount(mount.mount);
        byte[] row = view.get(key);
        if (row == null) {
            report(new Finding(Finding.Kind.DAMAGED_ROW, mount.name, 0, null, "the mount has no state row"));
            return;
        }
        try {
            MountRecord record = MountRecord.decode(row);
            long groupFence = fence(Keys.groupFence(mount.mount), mount.name);
            new MountCheck(this, view, mount.name, mount.mount, record, groupFence).run();
        } catch (NokvException e) {
            damaged(mount.name, key, e);
        }
    }

    /** Rows of a mount number that no name has. */
    private void checkStrays(List<Registered> mounts) {
        byte[] from = Keys.mountPrefix(1);
        byte[] end = Bytes.prefixEnd(new byte[]{from[0], from[1], from[2], from[3], from[4]});
        while (true) {
            long mount;
            try (View.Rows rows = view.scan(from, end, false)) {
                if (!rows.next()) {
                    return;
                }
                byte[] key = rows.key();
                mount = new ByteReader(key, 5, key.length - 5).orderedUnsigned();
            }
            if (mounts.stream().noneMatch(m -> m.mount == mount)) {
                report(new Finding(Finding.Kind.STRAY_ROW, "", 0, null, "rows of mount number " + mount
                        + ", which is not registered"));
            }
            from = Bytes.prefixEnd(Keys.mountPrefix(mount));
        }
    }

    private long fence(byte[] key, String mount) {
        byte[] row = view.get(key);
        if (row == null) {
            return 0;
        }
        try {
            return FenceRecord.decode(row).next();
        } catch (NokvException e) {
            damaged(mount, key, e);
            return 0;
        }
    }

    /** Reports a row that cannot be read; failures of the store itself end the check. */
    void damaged(String mount, byte[] key, NokvException e) {
        if (e.code() != FailureCode.CORRUPTION && e.code() != FailureCode.UNSUPPORTED_VERSION) {
            throw e;
        }
        report(new Finding(Finding.Kind.DAMAGED_ROW, mount, 0, null, Bytes.show(key) + ": " + e.getMessage()));
    }
}
