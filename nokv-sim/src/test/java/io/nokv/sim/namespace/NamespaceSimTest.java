package io.nokv.sim.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.Lives;
import io.nokv.sim.SecondJvm;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.World;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Engine, transactions and namespace together on the simulator's thread. */
class NamespaceSimTest {
    private static final int CLIENTS = 4;
    private static final int CALLS_EACH = 60;

    /** What some seed must reach, or the storm is too mild to show anything. */
    private static final List<String> REACHED = List.of("Create done", "Create ALREADY_EXISTS",
            "Rename done", "Rename INTO_ITSELF", "Rename NOT_EMPTY", "Rename IS_A_DIRECTORY",
            "Rename NOT_A_DIRECTORY", "Link done", "Unlink done", "RemoveDir done", "RemoveDir NOT_EMPTY",
            "SetAttr done",
            "Transact done", "Transact NOT_FOUND", "Lookup done", "ListDirectory done", "GetAttr NOT_FOUND");

    private record Outcome(World world, NamespaceStory story) {}

    /** Clients work through several deaths of the database; afterwards everything is checked. */
    private static Outcome storm(long seed, String replay) {
        World world = new World(seed, replay);
        NamespaceStory story = new NamespaceStory(world, CLIENTS, CALLS_EACH);
        world.run(() -> {
            SimDisk disk = new SimDisk(world, "d");
            new Lives(world, disk).run(4, 1_500, 100, story::live, story::died);
            story.check();
        });
        return new Outcome(world, story);
    }

    @Test
    void historiesAreLinearizableThroughEveryCrash() {
        int[] counts = new int[2];
        TreeMap<String, Integer> tally = new TreeMap<>();
        Seeds.run(NamespaceSimTest.class, "historiesAreLinearizableThroughEveryCrash", 40, (seed, replay) -> {
            Outcome outcome = storm(seed, replay);
            counts[0]++;
            counts[1] += outcome.story.undecided() ? 1 : 0;
            outcome.story.clients().tally().forEach((what, times) -> tally.merge(what, times, Integer::sum));
        });
        if (counts[0] > 1) {
            assertTrue(tally.keySet().stream().anyMatch(what -> what.endsWith(" unknown")), "nobody was left in doubt");
            assertTrue(tally.keySet().containsAll(REACHED), "never seen: " + REACHED.stream()
                    .filter(what -> !tally.containsKey(what)).toList());
        }
        assertTrue(counts[1] * 10 <= counts[0], counts[1] + " of " + counts[0] + " histories were not decided");
    }

    /** Prints the trace of one storm; what the second virtual machine runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            System.out.println(storm(Long.parseLong(arguments[0]), "none").world.trace().summary());
        }
    }

    @Test
    void oneSeedIsOneTraceHereAndInASecondVirtualMachine() {
        Seeds.run(NamespaceSimTest.class, "oneSeedIsOneTraceHereAndInASecondVirtualMachine", 1, (seed, replay) -> {
            World here = storm(seed, replay).world;
            assertTrue(here.trace().events() > 200, "a dull run: " + here.trace().summary());
            assertEquals(here.trace().summary(), storm(seed, replay).world.trace().summary());
            assertEquals(here.trace().summary(), SecondJvm.run(Main.class, Long.toString(seed)));
        });
    }

    @Test
    void noLockIsHeldWhileWaiting() {
        Seeds.run(NamespaceSimTest.class, "noLockIsHeldWhileWaiting", 1, (seed, replay) -> {
            World world = new World(seed, replay);
            world.watchLocks(17);
            NamespaceStory story = new NamespaceStory(world, CLIENTS, 20);
            world.run(() -> new Lives(world, new SimDisk(world, "d")).one(true, -1, story::live));
        });
    }
}
