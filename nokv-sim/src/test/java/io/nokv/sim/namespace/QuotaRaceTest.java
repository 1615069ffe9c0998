package io.nokv.sim.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.base.port.Promise;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.exec.ExecutorOptions;
import io.nokv.fsmeta.exec.NamespaceExecutor;
import io.nokv.fsmeta.runtime.KvTxnRunner;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.sim.Lives;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many clients fill a quota together: as many creates succeed as it allows, never one more and never one less. */
class QuotaRaceTest {
    private static final String MOUNT = "m";

    private static void race(long seed, String replay) {
        World world = new World(seed, replay);
        world.run(() -> new Lives(world, new SimDisk(world, "d")).one(true, -1, (node, _) -> {
            int limit = (int) world.entropy("limit").between(1, 25);
            TxnRunner store = new PreemptingRunner(
                    KvTxnRunner.open("db", EngineOptions.defaults(), KvOptions.defaults(), node.ports()), node);
            LocalNamespace namespace = NamespaceExecutor.open(store, node.ports(), ExecutorOptions.DEFAULT);
            namespace.registerMount(MOUNT);
            long scope = namespace.apply(new Mutation.Create(MOUNT, Namespace.ROOT_INODE, FileName.of("scope"),
                    NewInode.directory(0755)), null).entry().inode();
            long below = namespace.apply(
                    new Mutation.Create(MOUNT, scope, FileName.of("below"), NewInode.directory(0755)), null).entry()
                    .inode();
            namespace.setQuota(MOUNT, scope, 0, limit + 1);
            int[] made = {0};
            List<Promise<Void>> ends = new ArrayList<>();
            for (int client = 0; client < 6; client++) {
                String prefix = "c" + client + "-";
                ends.add(node.scheduler().start("client", () -> {
                    for (int i = 0; i < 8; i++) {
                        if (create(namespace, i % 2 == 0 ? scope : below, prefix + i)) {
                            made[0]++;
                        }
                    }
                }));
            }
            ends.forEach(Promise::await);
            assertEquals(limit, made[0]);
            Quota quota = namespace.quota(MOUNT, scope);
            assertEquals(limit + 1, quota.usedInodes());
            namespace.close();
            store.close();
        }));
    }

    private static boolean create(LocalNamespace namespace, long directory, String name) {
        try {
            namespace.apply(new Mutation.Create(MOUNT, directory, FileName.of(name), NewInode.file(0644)), null);
            return true;
        } catch (NamespaceException e) {
            assertEquals(Reason.QUOTA_EXCEEDED, e.reason(), e.getMessage());
            return false;
        }
    }

    @Test
    void aQuotaIsFilledExactly() {
        Seeds.run(QuotaRaceTest.class, "aQuotaIsFilledExactly", 30, QuotaRaceTest::race);
    }
}
