package io.nokv.raft.store;

import io.nokv.base.port.Clock;
import io.nokv.raft.region.RegionRefusal;
import io.nokv.raft.store.ExecutionStatus.Admission;
import io.nokv.raft.store.ExecutionStatus.AdmissionClass;
import io.nokv.raft.store.ExecutionStatus.AdmissionReason;
import io.nokv.raft.store.ExecutionStatus.Degraded;
import io.nokv.raft.store.ExecutionStatus.Outcome;
import io.nokv.raft.store.ExecutionStatus.PublishState;
import io.nokv.raft.store.ExecutionStatus.RestartState;
import io.nokv.raft.store.ExecutionStatus.Transition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Remembers what {@link ExecutionStatus} tells. Thread-safe. */
final class Ledger {
    private static final int MOST_TRANSITIONS = 256;
    private static final int MOST_DEGRADED = 1_000;

    private final Clock clock;
    /** Guards the collections; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private final ArrayDeque<Transition> transitions = new ArrayDeque<>();
    private final List<Degraded> degraded = new ArrayList<>();
    private volatile Admission last;
    private long count;

    Ledger(Clock clock) {
        this.clock = clock;
    }

    /** @param refusal null when the request was taken */
    void admitted(AdmissionClass kind, long regionId, RegionRefusal refusal) {
        admitted(kind, regionId, reason(refusal));
    }

    void admitted(AdmissionClass kind, long regionId, AdmissionReason reason) {
        last = new Admission(kind, reason, regionId, clock.monotonicNanos());
    }

    private static AdmissionReason reason(RegionRefusal refusal) {
        return switch (refusal) {
            case null -> AdmissionReason.ACCEPTED;
            case RegionRefusal.NotLeader _ -> AdmissionReason.NOT_LEADER;
            case RegionRefusal.EpochMismatch _ -> AdmissionReason.EPOCH_MISMATCH;
            case RegionRefusal.KeyNotInRegion _ -> AdmissionReason.KEY_NOT_IN_REGION;
            case RegionRefusal.RegionNotFound _ -> AdmissionReason.REGION_NOT_FOUND;
            case RegionRefusal.Overloaded _ -> AdmissionReason.OVERLOADED;
            case RegionRefusal.Frozen _ -> AdmissionReason.FROZEN;
            case RegionRefusal.Degraded _ -> AdmissionReason.DEGRADED;
        };
    }

    void transition(String what, long regionId, TopologyOutcome outcome) {
        Outcome how = switch (outcome) {
            case TopologyOutcome.Done _ -> Outcome.APPLIED;
            case TopologyOutcome.Refused _,TopologyOutcome.Rejected _ -> Outcome.REJECTED;
            case TopologyOutcome.Unknown _ -> Outcome.FAILED;
        };
        guard.lock();
        try {
            transitions.add(new Transition(++count, what, regionId, how, PublishState.NOT_REQUIRED, outcome.toString(),
                    clock.monotonicNanos()));
            if (transitions.size() > MOST_TRANSITIONS) {
                transitions.poll();
            }
        } finally {
            guard.unlock();
        }
    }

    /** The region does not run here, though it should. */
    void degraded(long regionId, String why) {
        guard.lock();
        try {
            if (degraded.size() < MOST_DEGRADED) {
                degraded.add(new Degraded(regionId, why));
            }
        } finally {
            guard.unlock();
        }
    }

    /** The region is gone, and what was wrong with it. */
    void mended(long regionId) {
        guard.lock();
        try {
            degraded.removeIf(each -> each.regionId() == regionId);
        } finally {
            guard.unlock();
        }
    }

    ExecutionStatus status() {
        guard.lock();
        try {
            return new ExecutionStatus(last, List.copyOf(transitions),
                    degraded.isEmpty() ? RestartState.READY : RestartState.DEGRADED, List.copyOf(degraded));
        } finally {
            guard.unlock();
        }
    }
}
