package io.nokv.sim.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.SecondJvm;
import io.nokv.sim.Seeds;
import io.nokv.sim.world.World;
import org.junit.jupiter.api.Test;

/** The production core in clusters of three to five machines that fail in every way they can. */
class RaftSimTest {
    private static World storm(long seed, String replay) {
        World world = new World(seed, replay);
        new RaftStory(world, null, null).run();
        return world;
    }

    @Test
    void theRulesOfRaftHoldInEveryStorm() {
        long[] totals = new long[6];
        Seeds.run(RaftSimTest.class, "theRulesOfRaftHoldInEveryStorm", 60, (seed, replay) -> {
            RaftStory.Outcome outcome = new RaftStory(new World(seed, replay), null, null).run();
            totals[0]++;
            totals[1] += outcome.virtualNanos();
            totals[2] += outcome.faults();
            totals[3] += outcome.elections();
            totals[4] += outcome.acknowledged();
            totals[5] += outcome.decided() ? 1 : 0;
        });
        System.out.printf("raft: %d runs, %.2f simulated hours, %d faults, %d elections, %d acknowledged writes, %d "
                + "histories decided%n", totals[0], totals[1] / 3.6e12, totals[2], totals[3], totals[4], totals[5]);
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
        Seeds.run(RaftSimTest.class, "oneSeedIsOneTraceHereAndInASecondVirtualMachine", 1, (seed, replay) -> {
            World here = storm(seed, replay);
            assertTrue(here.trace().events() > 100, "a dull run: " + here.trace().summary());
            assertEquals(here.trace().summary(), storm(seed, replay).trace().summary());
            assertEquals(here.trace().summary(), SecondJvm.run(Main.class, Long.toString(seed)));
        });
    }
}
