package io.nokv.raft.store;

import java.util.function.Consumer;

/** Mistakes that a region store could make, for tests of the tests: each must be found. */
public enum PlantedStoreBug {
    /** A split leaves the epoch as it was, so that old routes still count. */
    SPLIT_KEEPS_THE_EPOCH(new StoreRules() {
        @Override
        boolean splitChangesTheEpoch() {
            return false;
        }
    }),
    /** A snapshot brings rows and range, but not who is a member. */
    SNAPSHOT_WITHOUT_MEMBERS(new StoreRules() {
        @Override
        boolean snapshotBringsItsMembership() {
            return false;
        }
    }),
    /** How far a region is applied is written beside what was applied. */
    APPLIED_INDEX_APART(new StoreRules() {
        @Override
        boolean appliedIndexIsInTheBatch() {
            return false;
        }
    }),
    /** A merge is committed before every replica of the source is frozen. */
    MERGE_WITHOUT_WAITING(new StoreRules() {
        @Override
        boolean mergeWaitsForAllReplicas() {
            return false;
        }
    });

    private final StoreRules rules;

    PlantedStoreBug(StoreRules rules) {
        this.rules = rules;
    }

    /**
     * Opens a store with {@code bug}.
     *
     * @param bug null for none
     * @param alarm hears why a region stopped; may throw
     */
    public static RaftStore open(RaftStoreSetup setup, PlantedStoreBug bug, Consumer<Throwable> alarm) {
        HostedStore store = new HostedStore(setup, bug == null ? StoreRules.RIGHT : bug.rules, alarm);
        store.start();
        return store;
    }
}
