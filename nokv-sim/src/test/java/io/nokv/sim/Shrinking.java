package io.nokv.sim;

import io.nokv.sim.world.SimulationFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes a failing run shorter: drops its faults in halves, quarters and so on, and keeps what still fails (delta debugging,
 * Zeller and Hildebrandt 2002, its subtracting half).
 */
public final class Shrinking {
    private static final String KEEP = "nokv.sim.keep";
    private static final int RUNS = 150;

    private Shrinking() {}

    /** {@code -Dnokv.sim.keep=0,3,7}: only these faults of the storm strike; none when it is empty; null when it is not set. */
    public static List<Integer> kept() {
        String numbers = System.getProperty(KEEP);
        return numbers == null
                ? null
                : Arrays.stream(numbers.split(",")).filter(n -> !n.isBlank()).map(Integer::valueOf).toList();
    }

    /**
     * Looks for a smaller storm that fails, and says so in the failure.
     *
     * @param count of the faults of the storm that failed
     * @param fails runs the same seed with these faults only
     * @param shown a fault, for a person
     */
    public static SimulationFailure shrunk(SimulationFailure failure, String replay, int count,
            Predicate<List<Integer>> fails, IntFunction<String> shown) {
        List<Integer> few = shrink(count, fails, RUNS);
        StringBuilder text = new StringBuilder("shrunk from ").append(count).append(" faults to ").append(few.size())
                .append(": ").append(replay).append(" -D").append(KEEP).append('=')
                .append(few.stream().map(String::valueOf).collect(Collectors.joining(",")));
        few.forEach(number -> text.append("\n  ").append(shown.apply(number)));
        return failure.with(text.toString());
    }

    /**
     * A small set of the numbers below {@code count} that still {@code fails}, ascending; all of them do. Asks at most
     * {@code budget} times.
     */
    public static List<Integer> shrink(int count, Predicate<List<Integer>> fails, int budget) {
        List<Integer> kept = IntStream.range(0, count).boxed().toList();
        int asked = 0;
        int pieces = 2;
        while (!kept.isEmpty() && asked < budget) {
            int size = Math.max(1, (kept.size() + pieces - 1) / pieces);
            boolean less = false;
            for (int from = 0; from < kept.size() && asked < budget; from += size) {
                List<Integer> rest = new ArrayList<>(kept);
                rest.subList(from, Math.min(kept.size(), from + size)).clear();
                asked++;
                if (fails.test(rest)) {
                    kept = rest;
                    less = true;
                    break;
                }
            }
            if (less) {
                pieces = Math.max(2, pieces - 1);
            } else if (size == 1) {
                break;
            } else {
                pieces = Math.min(kept.size(), pieces * 2);
            }
        }
        return kept;
    }
}
