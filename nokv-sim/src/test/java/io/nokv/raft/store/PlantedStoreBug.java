package io.nokv.raft.store;

import java.util.function.BooleanSupplier;
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
    }),
    /** A leader that has handed over, or leads no more, lets reads pass until its lease would have ended. */
    LEASE_WITHDRAWN_LATE(new StoreRules() {
        @Override
        boolean leaseIsWithdrawnAtOnce() {
            return false;
        }
    });

    private final StoreRules rules;

    PlantedStoreBug(StoreRules rules) {
        this.rules = rules;
    }

    /** The rules of {@code base}, and rest when somebody wants it. */
    private static final class Resting extends StoreRules {
        private final StoreRules base;
        private final BooleanSupplier rests;

        Resting(StoreRules base, BooleanSupplier rests) {
            this.base = base;
            this.rests = rests;
        }

        @Override
        boolean splitChangesTheEpoch() {
            return base.splitChangesTheEpoch();
        }

        @Override
        boolean appliedIndexIsInTheBatch() {
            return base.appliedIndexIsInTheBatch();
        }

        @Override
        boolean snapshotBringsItsMembership() {
            return base.snapshotBringsItsMembership();
        }

        @Override
        boolean mergeWaitsForAllReplicas() {
            return base.mergeWaitsForAllReplicas();
        }

        @Override
        boolean leaseIsWithdrawnAtOnce() {
            return base.leaseIsWithdrawnAtOnce();
        }

        @Override
        boolean regionsChangeByThemselves() {
            return !rests.getAsBoolean();
        }
    }

    /**
     * Opens a store with {@code bug}.
     *
     * @param bug null for none
     * @param rests whether regions are to stay as they are, unless they are asked
     * @param alarm hears why a region stopped; may throw
     */
    public static RaftStore open(RaftStoreSetup setup, PlantedStoreBug bug, BooleanSupplier rests,
            Consumer<Throwable> alarm) {
        HostedStore store = new HostedStore(setup, new Resting(bug == null ? StoreRules.RIGHT : bug.rules, rests),
                alarm);
        store.start();
        return store;
    }
}
