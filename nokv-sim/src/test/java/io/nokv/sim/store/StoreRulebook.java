package io.nokv.sim.store;

import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.store.ApplyObserver;
import java.util.Arrays;
import java.util.TreeMap;

/** What must hold over all stores of a run at every step. */
final class StoreRulebook {
    private record Place(long region, long number) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byRegion = Long.compare(region, other.region);
            return byRegion != 0 ? byRegion : Long.compare(number, other.number);
        }
    }

    private record Content(long term, int hash) {}

    private final TreeMap<Place, Content> entries = new TreeMap<>();
    private final TreeMap<Place, Long> leaders = new TreeMap<>();
    private final TreeMap<Place, RegionDescriptor> epochs = new TreeMap<>();
    private long applied;

    static void rule(boolean holds, String name, Object what) {
        if (!holds) {
            throw new AssertionError(name + " is broken: " + what);
        }
    }

    /** Entries that took effect somewhere for the first time. */
    long applied() {
        return applied;
    }

    int elections() {
        return leaders.size();
    }

    ApplyObserver watch(long storeId) {
        return new ApplyObserver() {
            @Override
            public void applied(long region, long term, long index, byte[] command) {
                Content content = new Content(term, Arrays.hashCode(command));
                Content known = entries.putIfAbsent(new Place(region, index), content);
                applied += known == null ? 1 : 0;
                rule(known == null || known.equals(content), "state-machine safety",
                        "store " + storeId + " applies " + content + " at " + region + "/" + index
                                + ", another one " + known);
            }

            @Override
            public void changed(RegionDescriptor region) {
                long epoch = region.epoch().version() << 20 | region.epoch().confVersion();
                RegionDescriptor known = epochs.putIfAbsent(new Place(region.id(), epoch), region);
                rule(known == null || known.equals(region), "one region at one epoch", region + " and " + known);
            }

            @Override
            public void leads(RegionDescriptor region, long term, boolean now) {
                if (now) {
                    Long other = leaders.putIfAbsent(new Place(region.id(), term), storeId);
                    rule(other == null || other == storeId, "election safety",
                            storeId + " and " + other + " lead region " + region.id() + " in term " + term);
                }
            }
        };
    }
}
