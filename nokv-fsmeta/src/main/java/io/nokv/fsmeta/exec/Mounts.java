package io.nokv.fsmeta.exec;

import io.nokv.base.codec.Bytes;
import io.nokv.base.port.Ports;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.FenceRecord;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.MountRecord;
import io.nokv.fsmeta.record.RegistryRecord;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.record.Usage;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The mounts: names to numbers, registration, retirement. A registration never changes, so the number of a name is kept
 * in memory for ever; the state is read in every transaction. Thread-safe.
 */
final class Mounts {
    /** A name that paths ("mount:/a"), URLs and files can carry. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    private static final int ROOT_MODE = 0755;

    /** @param since the version of the registration: readers of older versions do not see the mount */
    private record Known(long mount, long since) {}

    /** @param version of the row; 0 when the reading transaction wrote it */
    record State(MountRecord record, long version) {}

    private final Ports ports;
    private final Attempts attempts;
    private final ExecutorCounters counters;
    private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();

    Mounts(Ports ports, Attempts attempts, ExecutorCounters counters) {
        this.ports = ports;
        this.attempts = attempts;
        this.counters = counters;
    }

    /** The reads of a mount at the view's version. MOUNT_NOT_FOUND. */
    NamespaceReads reads(View view, String name) {
        return new NamespaceReads(view, number(view, name), name);
    }

    /** MOUNT_NOT_FOUND. */
    long number(View view, String name) {
        Known cached = known.get(name);
        if (cached != null && cached.since <= view.version()) {
            counters.mountCacheHits.increment();
            return cached.mount;
        }
        counters.mountCacheMisses.increment();
        byte[] key = Keys.registry(name.getBytes(StandardCharsets.UTF_8));
        View.Versioned row = key.length > 1_024 ? null : view.getVersioned(key);
        if (row == null) {
            counters.mountRejects.increment();
            throw new NamespaceException(Reason.MOUNT_NOT_FOUND, "there is no mount " + name);
        }
        long number = NamespaceReads.decoded(key, row.value(), RegistryRecord::decode).mount();
        if (row.version() != 0) {
            known.putIfAbsent(name, new Known(number, row.version()));
        }
        return number;
    }

    State state(View view, long mount, String name) {
        byte[] key = Keys.mount(mount);
        View.Versioned row = view.getVersioned(key);
        if (row == null) {
            throw new NamespaceException(Reason.CORRUPTION, "mount " + name + " is registered and has no state row");
        }
        return new State(NamespaceReads.decoded(key, row.value(), MountRecord::decode), row.version());
    }

    /** The state of a mount that takes changes; the transaction will check it at its commit. */
    State admit(Txn txn, long mount, String name) {
        State state = state(txn, mount, name);
        if (state.record.state() == Mount.State.RETIRED) {
            counters.mountRejects.increment();
            throw retired(name);
        }
        txn.check(Keys.mount(mount));
        return state;
    }

    private static NamespaceException retired(String name) {
        return new NamespaceException(Reason.MOUNT_RETIRED, "mount " + name + " is retired");
    }

    Mount mount(View view, String name) {
        return describe(name, state(view, number(view, name), name).record);
    }

    private static Mount describe(String name, MountRecord r) {
        return new Mount(name, Namespace.ROOT_INODE, r.schemaVersion(), r.state(), r.registeredAtMillis(),
                r.retiredAtMillis());
    }

    /** A registered name and its number. */
    record Registered(String name, long mount) {}

    /** In name order. */
    static List<Registered> registered(View view) {
        byte[] prefix = Keys.registryPrefix();
        List<Registered> out = new ArrayList<>();
        try (View.Rows rows = view.scan(prefix, Bytes.prefixEnd(prefix), false)) {
            while (rows.next()) {
                byte[] key = rows.key();
                String name = ((RowKey.Registry) RowKey.parse(key)).name();
                out.add(new Registered(name,
                        NamespaceReads.decoded(key, rows.value(), RegistryRecord::decode).mount()));
            }
        }
        return out;
    }

    /** In name order. */
    List<Mount> list(View view) {
        List<Mount> mounts = new ArrayList<>();
        for (Registered registered : registered(view)) {
            mounts.add(describe(registered.name, state(view, registered.mount, registered.name).record));
        }
        return mounts;
    }

    Mount register(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new NamespaceException(Reason.INVALID_NAME,
                    "a mount's name is 1 to 128 of A-Z a-z 0-9 _ . - and does not begin with . or -: "
                            + Bytes.show(name.getBytes(StandardCharsets.UTF_8)));
        }
        return attempts.run(txn -> register(txn, name)).value();
    }

    private Mount register(Txn txn, String name) {
        byte[] registryKey = Keys.registry(name.getBytes(StandardCharsets.UTF_8));
        byte[] registered = txn.get(registryKey);
        if (registered != null) {
            long number = NamespaceReads.decoded(registryKey, registered, RegistryRecord::decode).mount();
            MountRecord existing = state(txn, number, name).record;
            if (existing.state() == Mount.State.RETIRED) {
                throw retired(name);
            }
            return describe(name, existing);
        }
        byte[] fenceKey = Keys.mountFence();
        byte[] fence = txn.get(fenceKey);
        long number = fence == null ? 1 : NamespaceReads.decoded(fenceKey, fence, FenceRecord::decode).next();
        txn.put(fenceKey, new FenceRecord(number + 1).encode());
        txn.insert(registryKey, new RegistryRecord(number).encode());
        long nowNs = ports.clock().wallNanos();
        MountRecord record = new MountRecord(Mount.State.ACTIVE, MountRecord.SCHEMA_VERSION,
                Math.floorDiv(nowNs, 1_000_000), 0, 0);
        txn.insert(Keys.mount(number), record.encode());
        txn.insert(Keys.groupFence(number), new FenceRecord(Inodes.ROOT_GROUP + 1).encode());
        InodeBody root = new InodeBody(FileType.DIRECTORY, ROOT_MODE, 0, 0, 0, 0, nowNs, 0, 0, nowNs, null);
        txn.insert(Keys.inode(number, Namespace.ROOT_INODE), new InodeRecord.Whole(root, 0, 0).encode());
        txn.insert(Keys.directory(number, Namespace.ROOT_INODE),
                DirectoryState.empty(Namespace.ROOT_INODE, nowNs, nowNs).encode());
        txn.insert(Keys.usage(number, Namespace.ROOT_INODE), Usage.NONE.encode());
        return describe(name, record);
    }

    Mount retire(String name) {
        return attempts.run(txn -> {
            long number = number(txn, name);
            MountRecord before = state(txn, number, name).record;
            if (before.state() == Mount.State.RETIRED) {
                return describe(name, before);
            }
            MountRecord after = new MountRecord(Mount.State.RETIRED, before.schemaVersion(),
                    before.registeredAtMillis(), ports.clock().wallMillis(), before.scopes());
            txn.put(Keys.mount(number), after.encode());
            return describe(name, after);
        }).value();
    }
}
