package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.vfs.MemVfs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The power goes at every single call of a recorded workload; what is found afterwards is a prefix with all that was promised. */
class PowerLossTest {
    private static final EngineOptions OPTIONS = EngineOptions.tiny().withMemtableBytes(2_500)
            .withLevels(new EngineOptions.Levels(2, 6, 10, 2, 16 << 10, 3, 1 << 20, 64));

    @Test
    void atEveryCallOfASmallWorkload() {
        TestWorld.seeded(getClass(), random -> cutEverywhere(random, 40));
    }

    @Test
    @Tag("slow")
    void atEveryCallOfLargerWorkloads() {
        for (int run = 0; run < 5; run++) {
            TestWorld.seeded(getClass(), random -> System.out.println(cutEverywhere(random, 300)));
        }
    }

    /** What the workload was. */
    private static String cutEverywhere(TestWorld.Seeded random, int batches) {
        long seed = random.nextLong();
        FaultVfs whole = new FaultVfs(new MemVfs(), FaultVfs.Fault.POWER_CUT, 0);
        TestWorld.Seeded wholeRandom = new TestWorld.Seeded(seed);
        Workload complete = new Workload(wholeRandom, batches, OPTIONS);
        complete.run(whole, wholeRandom);
        complete.coverage().check(whole);
        for (long cut = 1; cut <= whole.calls(); cut++) {
            MemVfs disk = new MemVfs();
            FaultVfs cutting = new FaultVfs(disk, FaultVfs.Fault.POWER_CUT, cut);
            TestWorld.Seeded sameRandom = new TestWorld.Seeded(seed);
            Workload workload = new Workload(sameRandom, batches, OPTIONS);
            try {
                workload.run(cutting, sameRandom);
            } catch (NokvException _) {
                assertTrue(cutting.reached(), "failed without a power cut");
            }
            try {
                disk.crash(random);
                workload.check(disk, random);
            } catch (AssertionError | NokvException e) {
                throw new AssertionError("power cut at call " + cut + " of " + whole.calls() + ": " + e, e);
            }
        }
        return "power cut at each of " + whole + "; " + complete.coverage();
    }
}
