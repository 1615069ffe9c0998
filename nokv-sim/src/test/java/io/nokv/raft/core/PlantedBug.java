package io.nokv.raft.core;

import io.nokv.base.port.Entropy;

/** Mistakes that Raft invites, put into a replica by a switch that production code cannot reach. */
public enum PlantedBug {
    /** An entry of an older term is committed because a quorum holds it (figure 8). */
    COMMITS_OLD_TERMS_BY_COUNTING(new Rules() {
        @Override
        boolean mayCommitByCounting(long entryTerm, long leaderTerm) {
            return true;
        }
    }),
    /** An append that was overtaken cuts the log behind it, committed or not. */
    TRUNCATES_PAST_COMMIT(new Rules() {
        @Override
        boolean cutsWithoutConflict() {
            return true;
        }
    }),
    /** The lease is as long as the promise: right as long as all clocks run alike. */
    LEASE_WITHOUT_DRIFT_BOUND(new Rules() {
        @Override
        long leaseNanos(ReplicaOptions options) {
            return options.promiseNanos();
        }
    });

    private final Rules rules;

    PlantedBug(Rules rules) {
        this.rules = rules;
    }

    /** A replica with this mistake. */
    public Replica replica(long id, ReplicaOptions options, Entropy entropy, Restored restored, LogSource source,
            long nowNanos) {
        return new Replica(id, options, rules, entropy, restored, source, nowNanos);
    }
}
