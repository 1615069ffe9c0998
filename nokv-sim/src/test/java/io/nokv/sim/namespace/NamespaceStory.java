package io.nokv.sim.namespace;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.exec.ExecutorOptions;
import io.nokv.fsmeta.exec.NamespaceExecutor;
import io.nokv.fsmeta.fsck.Fsck;
import io.nokv.fsmeta.runtime.KvTxnRunner;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.sim.check.Linearizability;
import io.nokv.sim.check.Linearizability.Verdict;
import io.nokv.sim.check.NamespaceModel;
import io.nokv.sim.check.Tree;
import io.nokv.sim.check.TreeAudit;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The whole database, engine to namespace, under the clients of {@link Clients}, in as many lives as it takes. At every
 * opening and at the end the tree is read and audited; at the end the history must be linearizable.
 */
final class NamespaceStory {
    private static final long MOST_CONFIGURATIONS = 400_000;

    /** How calls may fail when the disk does. */
    private static final Set<Reason> EXCUSED = EnumSet.of(Reason.IO_ERROR, Reason.NO_SPACE, Reason.READ_ONLY,
            Reason.UNKNOWN_OUTCOME, Reason.CLOSED);

    private final World world;
    private final SimEntropy random;
    private final Clients clients;
    private final int callsEach;
    private final EngineOptions engineOptions;
    private final KvOptions kvOptions;
    private final ExecutorOptions executorOptions;
    private final BiFunction<TxnRunner, SimNode, TxnRunner> between;
    private final TreeMap<Long, List<Entry>> snapshots = new TreeMap<>();
    private Attributes root;
    private boolean undecided;
    private boolean badDisk;

    NamespaceStory(World world, int clients, int callsEach) {
        this(world, clients, callsEach, 400_000, PreemptingRunner::new);
    }

    /**
     * @param mostBufferBytes the largest memtable and log segment that are drawn; small ones make the engine work
     * @param between wraps the store that the namespace sees; to plant bugs
     */
    NamespaceStory(World world, int clients, int callsEach, long mostBufferBytes,
            BiFunction<TxnRunner, SimNode, TxnRunner> between) {
        this.world = world;
        this.random = world.entropy("namespace");
        this.clients = new Clients(world.entropy("clients"), clients);
        this.callsEach = callsEach;
        this.between = between;
        this.engineOptions = EngineOptions.defaults().withMemtableBytes(random.between(4_000, mostBufferBytes))
                .withWalSegmentBytes(random.between(4_000, mostBufferBytes)).withBlockCacheBytes(0);
        this.kvOptions = KvOptions.defaults().withRetentionMillis(random.between(1, 1_000) * 10)
                .withSafePointIntervalMillis(random.between(5, 2_000)).withTimestampWindowMillis(random.between(1, 500))
                .withLatchStripes(1 << random.nextInt(8));
        this.executorOptions = new ExecutorOptions(64, random.between(1, 400), (int) random.between(1, 64),
                (int) random.between(1, 64), 15 * 60_000L, (int) random.between(1, 1_000), 1 << 20);
    }

    /** As {@link #live}, on a disk that may fail: the life may end early by the failures that a bad disk excuses. */
    void liveOnBadDisk(SimNode node, boolean last) {
        badDisk = true;
        excusing(() -> live(node, last));
        badDisk = false;
    }

    private void excusing(Runnable action) {
        try {
            action.run();
        } catch (NokvException e) {
            excuse(Reason.of(e.code()), e);
        } catch (NamespaceException e) {
            excuse(e.reason(), e);
        }
    }

    private void excuse(Reason reason, RuntimeException failure) {
        if (!badDisk || !EXCUSED.contains(reason)) {
            throw failure;
        }
        world.note("ended by " + reason, 0, 0, 0);
    }

    /** Opens the database, checks it, lets the clients work, closes it. */
    void live(SimNode node, boolean last) {
        TxnRunner store = between.apply(KvTxnRunner.open("db", engineOptions, kvOptions, node.ports()), node);
        LocalNamespace namespace = NamespaceExecutor.open(store, node.ports(), executorOptions);
        namespace.registerMount(Clients.MOUNT);
        if (root == null) {
            root = namespace.getAttr(Clients.MOUNT, Namespace.ROOT_INODE, 0);
        }
        audit(namespace, store);
        snapshotsHold(namespace);
        if (random.nextInt(2) == 0) {
            namespace.setQuota(Clients.MOUNT, Namespace.ROOT_INODE, 0, random.between(15, 60));
        }
        List<Promise<Void>> ends = new ArrayList<>();
        for (int c = 0; c < clients.count(); c++) {
            int client = c;
            ends.add(node.scheduler().start("client", () -> clients.run(client, namespace, callsEach)));
        }
        ends.add(node.scheduler().start("snapshotter", () -> excusing(() -> snapshot(namespace))));
        ends.forEach(Promise::await);
        clients.readTree(namespace);
        audit(namespace, store);
        snapshotsHold(namespace);
        namespace.close();
        store.close();
    }

    /** After a death. */
    void died() {
        clients.databaseDied(0.5);
    }

    private void snapshot(LocalNamespace namespace) {
        SnapshotInfo info = namespace.snapshotSubtree(Clients.MOUNT, Namespace.ROOT_INODE, "story");
        snapshots.put(info.readVersion(), Clients.tree(namespace, info.readVersion()));
    }

    private void snapshotsHold(LocalNamespace namespace) {
        snapshots.forEach((version, before) -> {
            List<Entry> now = Clients.tree(namespace, version);
            if (!now.toString().equals(before.toString())) {
                throw new AssertionError("snapshot " + version + " was " + before + ", now it is " + now);
            }
        });
    }

    /** By what anybody can read, and by the store's own check of its rows. */
    private static void audit(LocalNamespace namespace, TxnRunner store) {
        try (NamespaceView view = namespace.view(0)) {
            List<String> findings = new ArrayList<>(TreeAudit.findings(view, Clients.MOUNT));
            Fsck.findings(store.latest(), 5).forEach(finding -> findings.add("fsck: " + finding));
            if (!findings.isEmpty()) {
                throw new AssertionError(findings.size() + " findings, the first: "
                        + findings.subList(0, Math.min(5, findings.size())));
            }
        }
    }

    /** Throws when no order of the calls explains what the clients were told. */
    void check() {
        NamespaceModel model = new NamespaceModel(Tree.empty(root.mode(), root.uid(), root.gid()));
        switch (Linearizability.check(model, clients.operations(), MOST_CONFIGURATIONS)) {
            case Verdict.Explained explained -> world.note("explained", explained.order().size(), 0, 0);
            case Verdict.Violation violation -> throw new AssertionError(violation.report());
            case Verdict.Undecided _ -> undecided = true;
        }
    }

    /** True when the history was too tangled to decide within bounds. */
    boolean undecided() {
        return undecided;
    }

    Clients clients() {
        return clients;
    }
}
