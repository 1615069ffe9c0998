package io.nokv.sim.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.runtime.KvTxnRunner;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.sim.Lives;
import io.nokv.sim.SecondJvm;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.World;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The transaction layer over the engine, in many lives: money is neither made nor lost, and snapshots hold still. */
class BankSimTest {
    private static World storm(long seed, String replay) {
        return storm(seed, replay, 1);
    }

    /** With two regions most transfers need both phases of a commit, and a crash leaves locks behind. */
    private static World storm(long seed, String replay, int regions) {
        World world = new World(seed, replay);
        world.run(() -> {
            SimEntropy random = world.entropy("options");
            EngineOptions engine = EngineOptions.defaults().withMemtableBytes(random.between(4_000, 200_000))
                    .withWalSegmentBytes(random.between(16_000, 200_000)).withBlockCacheBytes(0);
            KvOptions kv = KvOptions.defaults().withRetentionMillis(random.between(0, 200))
                    .withSafePointIntervalMillis(random.between(5, 500))
                    .withTimestampWindowMillis(random.between(1, 500))
                    .withLatchStripes(1 << random.nextInt(8));
            SimDisk disk = new SimDisk(world, "d");
            BankStory story = new BankStory(world);
            new Lives(world, disk).run(5, 1_000, 50, (node, _) -> {
                if (random.nextInt(3) == 0) {
                    node.clock().step(random.between(-5_000, 5_000) * 1_000_000);
                }
                KvTxnRunner store = KvTxnRunner.open("db", engine, kv, node.ports());
                if (regions > 1 && store.kv().regions().size() == 1) {
                    store.kv().split("account3".getBytes(StandardCharsets.UTF_8), 2);
                }
                story.live(store, node, 5, 20);
                store.close();
            }, story::died);
            story.check();
        });
        return world;
    }

    @Test
    void theSumIsConstantThroughEveryCrash() {
        Seeds.run(BankSimTest.class, "theSumIsConstantThroughEveryCrash", 60, BankSimTest::storm);
    }

    @Test
    void theSumIsConstantAcrossTwoRegionsToo() {
        Seeds.run(BankSimTest.class, "theSumIsConstantAcrossTwoRegionsToo", 40,
                (seed, replay) -> storm(seed, replay, 2));
    }

    /** Prints the trace of one storm; what the second virtual machine runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            System.out.println(storm(Long.parseLong(arguments[0]), "none").trace().summary());
        }
    }

    @Test
    void oneSeedIsOneTraceHereAndInASecondVirtualMachine() {
        Seeds.run(BankSimTest.class, "oneSeedIsOneTraceHereAndInASecondVirtualMachine", 1, (seed, replay) -> {
            World here = storm(seed, replay);
            assertTrue(here.trace().events() > 100, "a dull run: " + here.trace().summary());
            assertEquals(here.trace().summary(), storm(seed, replay).trace().summary());
            assertEquals(here.trace().summary(), SecondJvm.run(Main.class, Long.toString(seed)));
        });
    }

    @Test
    void noLockIsHeldWhileWaiting() {
        Seeds.run(BankSimTest.class, "noLockIsHeldWhileWaiting", 1, (seed, replay) -> {
            World world = new World(seed, replay);
            world.watchLocks(11);
            world.run(() -> {
                SimDisk disk = new SimDisk(world, "d");
                BankStory story = new BankStory(world);
                new Lives(world, disk).one(true, -1, (node, _) -> {
                    KvTxnRunner store = KvTxnRunner.open("db", EngineOptions.defaults().withMemtableBytes(8_000),
                            KvOptions.defaults(), node.ports());
                    story.live(store, node, 5, 20);
                    store.close();
                });
                story.check();
            });
        });
    }
}
