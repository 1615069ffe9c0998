package io.nokv.fsmeta.exec;

/** Bugs that {@link PlantedBugRunner} plants below the executor, for tests that must find them. */
public enum PlantedBug {
    /** What a rename learned about ancestors is not checked at its commit. */
    RENAME_CHECKS_ANCESTORS_BEFORE_THE_TRANSACTION,
    /** The row with the link count is written by itself, after the rest. */
    LINK_COUNT_OUTSIDE_THE_TRANSACTION,
    /** The counters of a removed directory go by themselves, so that a create meanwhile does not conflict. */
    DIRECTORY_REMOVED_WITHOUT_AN_EMPTINESS_GUARD,
    /** Usage is added by itself, after the rest, and without its bounds. */
    QUOTA_ADDED_OUTSIDE_THE_TRANSACTION
}
