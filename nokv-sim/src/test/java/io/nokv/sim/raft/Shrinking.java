package io.nokv.sim.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Makes a failing run shorter: drops its faults in halves, quarters and so on, and keeps what still fails (delta debugging,
 * Zeller and Hildebrandt 2002, its subtracting half).
 */
final class Shrinking {
    private Shrinking() {}

    /**
     * A small set of the numbers below {@code count} that still {@code fails}, ascending; all of them do. Asks at most
     * {@code budget} times.
     */
    static List<Integer> shrink(int count, Predicate<List<Integer>> fails, int budget) {
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
