package io.nokv.sim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.SecondJvm;
import io.nokv.sim.Seeds;
import io.nokv.sim.Shrinking;
import io.nokv.sim.world.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The production region store in clusters of three to five machines that fail in every way they can, while regions split, merge and
 * move. For hours: {@code ./nokv test -pl nokv-sim -am -Dtest='StoreSimTest#hours' -Dtest.excludedGroups= -Dnokv.sim.minutes=600}.
 */
class StoreSimTest {
    private static final String STORMS = "regionsSurviveEveryStorm";

    /** What all runs of a test had in them. */
    private static final class Totals {
        private final long[] counts = new long[7];
        private StoreStory.Seen seen = StoreStory.Seen.NOTHING;

        void add(StoreStory.Outcome outcome) {
            counts[0]++;
            seen = seen.and(outcome.seen());
            counts[1] += outcome.virtualNanos();
            counts[2] += outcome.faults();
            counts[3] += outcome.elections();
            counts[4] += outcome.applied();
            counts[5] += outcome.acknowledged();
            counts[6] += outcome.decided() ? 1 : 0;
        }

        @Override
        public String toString() {
            return "stores: %d runs, %.2f simulated hours, %d faults, %d elections, %d entries, %d acknowledged writes, %d histories decided"
                    .formatted(counts[0], counts[1] / 3.6e12, counts[2], counts[3], counts[4], counts[5], counts[6])
                    + ", "
                    + seen;
        }
    }

    @Test
    void regionsSurviveEveryStorm() {
        Totals totals = new Totals();
        Seeds.run(StoreSimTest.class, STORMS, 500,
                (seed, replay) -> totals.add(StoreStory.run(seed, replay, null, Shrinking.kept())));
        System.out.println(totals);
    }

    @Test
    @Tag("slow")
    void hours() {
        Totals totals = new Totals();
        long end = System.nanoTime() + Long.getLong("nokv.sim.minutes", 2) * 60_000_000_000L;
        while (System.nanoTime() < end) {
            Seeds.run(StoreSimTest.class, STORMS, 20,
                    (seed, replay) -> totals.add(StoreStory.run(seed, replay, null, Shrinking.kept())));
        }
        System.out.println(totals);
    }

    private static World storm(long seed, String replay) {
        World world = new World(seed, replay);
        new StoreStory(world, null, null).run();
        return world;
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
        Seeds.run(StoreSimTest.class, "oneSeedIsOneTraceHereAndInASecondVirtualMachine", 1, (seed, replay) -> {
            World here = storm(seed, replay);
            assertTrue(here.trace().events() > 100, "a dull run: " + here.trace().summary());
            assertEquals(here.trace().summary(), storm(seed, replay).trace().summary());
            assertEquals(here.trace().summary(), SecondJvm.run(Main.class, Long.toString(seed)));
        });
    }
}
