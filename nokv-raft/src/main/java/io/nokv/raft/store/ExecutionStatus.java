package io.nokv.raft.store;

import java.util.List;

/**
 * The execution plane's part of the contract with the control plane, as values.
 *
 * @param lastAdmission of any request; null when there was none
 * @param transitions the last changes of regions that were asked of this store, oldest first, 256 at most
 * @param restart READY when every region that was hosted came back
 * @param degraded what did not come back, by region
 */
public record ExecutionStatus(Admission lastAdmission, List<Transition> transitions, RestartState restart,
        List<Degraded> degraded) {
    public enum AdmissionClass {
        READ, WRITE, TOPOLOGY
    }

    /** Why a request was taken or not; names are stable. */
    public enum AdmissionReason {
        ACCEPTED, REGION_NOT_FOUND, EPOCH_MISMATCH, KEY_NOT_IN_REGION, NOT_LEADER, OVERLOADED, FROZEN, DEGRADED,
        REJECTED, CLOSED
    }

    public enum Outcome {
        REJECTED, QUEUED, PROPOSED, APPLIED, FAILED
    }

    /** How far the control plane knows of a change. A store without one requires nothing. */
    public enum PublishState {
        NOT_REQUIRED, PLANNED_PUBLISHED, TERMINAL_PENDING, TERMINAL_PUBLISHED, TERMINAL_FAILED, TERMINAL_BLOCKED
    }

    public enum RestartState {
        READY, DEGRADED
    }

    /** @param atNanos by the store's monotonic clock */
    public record Admission(AdmissionClass kind, AdmissionReason reason, long regionId, long atNanos) {}

    /**
     * @param id counts the transitions of this store since it was opened
     * @param what split, merge, change-peers, transfer-leader
     * @param detail for people
     */
    public record Transition(long id, String what, long regionId, Outcome outcome, PublishState publish, String detail,
            long atNanos) {}

    /** @param why for people */
    public record Degraded(long regionId, String why) {}
}
