package io.nokv.fsmeta.exec;

import io.nokv.base.codec.CounterRecord.Delta;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.MountRecord;
import io.nokv.fsmeta.record.QuotaRecord;
import io.nokv.fsmeta.record.Usage;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Quotas: setting, reading, listing. What is charged in a mount is always counted, at its root. A quota on another
 * directory begins in two steps, so that counting what is there holds nobody up and misses nothing:
 *
 * <pre>
 * 1. put the mount row, Q (counting) and U = 0     from this version v on every change charges the scope
 * 2. count at v, in a view                         what was there before the first charged change
 * 3. add the count to U, put Q (no longer counting) and the mount row
 * </pre>
 *
 * A crash between them leaves a scope that counts; {@link #finishCounting} counts again from the start. Thread-safe.
 */
final class Quotas {
    private final Core core;
    private final ConcurrentHashMap<Long, QuotaConfig> newest = new ConcurrentHashMap<>();

    Quotas(Core core) {
        this.core = core;
    }

    /** The quotas of a mount as the view sees them, given its row of the mount. */
    QuotaConfig config(View view, long mount, Mounts.State state) {
        QuotaConfig known = newest.get(mount);
        if (known != null && state.version() != 0 && known.mountRowVersion == state.version()) {
            core.counters.quotaCacheHits.increment();
            return known;
        }
        core.counters.quotaCacheMisses.increment();
        QuotaConfig loaded = QuotaConfig.load(view, mount, state.version());
        if (state.version() != 0) {
            newest.merge(mount, loaded, (a, b) -> a.mountRowVersion > b.mountRowVersion ? a : b);
        }
        return loaded;
    }

    /** How one transaction of {@link #set} left the scope. */
    private sealed interface Step {
        record Finished(Quota quota) implements Step {}

        /** What is there is to be counted at the version of this step. */
        record Counting() implements Step {}
    }

    Quota set(String name, long scope, long limitBytes, long limitInodes) {
        if (limitBytes < 0 || limitInodes < 0) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "limits are not negative: " + limitBytes + " bytes, " + limitInodes + " inodes");
        }
        QuotaRecord wanted = new QuotaRecord(limitBytes, limitInodes, false);
        core.counters.fenceUpdates.increment();
        for (int attempt = 1; attempt <= core.options.attempts(); attempt++) {
            Attempts.Done<Step> begun = core.attempts.run(txn -> begin(txn, name, scope, wanted));
            switch (begun.value()) {
                case Step.Finished finished -> {
                    return finished.quota;
                }
                case Step.Counting _ -> {
                    Quota quota = finish(name, scope, wanted, begun.version());
                    if (quota != null) {
                        return quota;
                    }
                }
            }
        }
        throw new NamespaceException(Reason.CONFLICT, "the quota of " + scope + " is being set by others");
    }

    private Step begin(Txn txn, String name, long scope, QuotaRecord wanted) {
        NamespaceReads reads = core.mounts.reads(txn, name);
        Mounts.State state = core.mounts.admit(txn, reads.mount, name);
        reads.requireDirectory(scope);
        byte[] quotaKey = Keys.quota(reads.mount, scope);
        byte[] stored = txn.get(quotaKey);
        QuotaRecord before = stored == null ? null : NamespaceReads.decoded(quotaKey, stored, QuotaRecord::decode);
        boolean clear = wanted.limitBytes() == 0 && wanted.limitInodes() == 0;
        if (clear && before == null) {
            return new Step.Finished(quota(name, scope, wanted, exactUsage(reads, scope)));
        }
        if (clear) {
            Usage last = before.counting() ? SubtreeUsage.of(reads, scope) : usage(reads, scope);
            txn.delete(quotaKey);
            if (scope != Namespace.ROOT_INODE) {
                txn.delete(Keys.usage(reads.mount, scope));
            }
            putMount(txn, reads.mount, state.record(), scope == Namespace.ROOT_INODE ? 0 : -1);
            return new Step.Finished(quota(name, scope, wanted, last));
        }
        if (scope == Namespace.ROOT_INODE || before != null && !before.counting()) {
            txn.put(quotaKey, wanted.encode());
            putMount(txn, reads.mount, state.record(), 0);
            return new Step.Finished(quota(name, scope, wanted, usage(reads, scope)));
        }
        txn.put(quotaKey, new QuotaRecord(wanted.limitBytes(), wanted.limitInodes(), true).encode());
        txn.put(Keys.usage(reads.mount, scope), Usage.NONE.encode());
        putMount(txn, reads.mount, state.record(), before == null ? 1 : 0);
        return new Step.Counting();
    }

    /** Counts at {@code begun} and finishes; null when somebody else began after that. */
    private Quota finish(String name, long scope, QuotaRecord wanted, long begun) {
        Usage counted;
        try (TxnRunner.Retention _ = core.runner.retain(begun, "quota of " + name + ":" + scope)) {
            counted = SubtreeUsage.of(core.mounts.reads(core.runner.viewAt(begun), name), scope);
        }
        return core.attempts.run(txn -> {
            NamespaceReads reads = core.mounts.reads(txn, name);
            byte[] quotaKey = Keys.quota(reads.mount, scope);
            if (txn.versionOf(quotaKey) != begun) {
                return null;
            }
            Mounts.State state = core.mounts.state(txn, reads.mount, name);
            txn.put(quotaKey, wanted.encode());
            txn.add(Keys.usage(reads.mount, scope),
                    List.of(Delta.add(Usage.BYTES, counted.bytes()), Delta.add(Usage.INODES, counted.inodes())));
            putMount(txn, reads.mount, state.record(), 0);
            return quota(name, scope, wanted, usage(reads, scope));
        }).value();
    }

    private static void putMount(Txn txn, long mount, MountRecord record, int scopesDelta) {
        txn.put(Keys.mount(mount), record.withScopes(record.scopes() + scopesDelta).encode());
    }

    private static Quota quota(String mount, long scope, QuotaRecord limits, Usage used) {
        return new Quota(mount, scope, limits.limitBytes(), limits.limitInodes(), used.bytes(), used.inodes());
    }

    private static Usage usage(NamespaceReads reads, long scope) {
        byte[] key = Keys.usage(reads.mount, scope);
        byte[] value = reads.view.get(key);
        if (value == null) {
            throw reads.damaged("scope " + scope + " has no usage row");
        }
        return NamespaceReads.decoded(key, value, Usage::decode);
    }

    /** The usage of any directory: from its counter when it has one. */
    private static Usage exactUsage(NamespaceReads reads, long scope) {
        return scope == Namespace.ROOT_INODE ? usage(reads, scope) : SubtreeUsage.of(reads, scope);
    }

    /** NOT_FOUND for a directory without a quota; the root always has a usage. */
    Quota get(NamespaceReads reads, long scope) {
        byte[] key = Keys.quota(reads.mount, scope);
        byte[] stored = scope <= 0 ? null : reads.view.get(key);
        if (stored == null && scope != Namespace.ROOT_INODE) {
            reads.requireDirectory(scope);
            throw new NamespaceException(Reason.NOT_FOUND,
                    "directory " + scope + " of mount " + reads.mountName + " has no quota");
        }
        QuotaRecord record = stored == null
                ? new QuotaRecord(0, 0, false)
                : NamespaceReads.decoded(key, stored, QuotaRecord::decode);
        return describe(reads, scope, record);
    }

    private static Quota describe(NamespaceReads reads, long scope, QuotaRecord record) {
        Usage used = record.counting() ? SubtreeUsage.of(reads, scope) : usage(reads, scope);
        return quota(reads.mountName, scope, record, used);
    }

    /** By scope. */
    List<Quota> list(NamespaceReads reads) {
        List<Quota> quotas = new ArrayList<>();
        QuotaConfig config = QuotaConfig.load(reads.view, reads.mount, 0);
        for (Map.Entry<Long, QuotaRecord> e : config.quotas.entrySet()) {
            quotas.add(describe(reads, e.getKey(), e.getValue()));
        }
        return quotas;
    }

    /** Finishes what a crash interrupted. */
    void finishCounting() {
        View view = core.runner.latest();
        for (Mounts.Registered mount : Mounts.registered(view)) {
            if (core.mounts.state(view, mount.mount(), mount.name()).record().state() == Mount.State.RETIRED) {
                continue;
            }
            QuotaConfig config = QuotaConfig.load(view, mount.mount(), 0);
            for (Map.Entry<Long, QuotaRecord> e : config.quotas.entrySet()) {
                if (e.getValue().counting()) {
                    set(mount.name(), e.getKey(), e.getValue().limitBytes(), e.getValue().limitInodes());
                }
            }
        }
    }
}
