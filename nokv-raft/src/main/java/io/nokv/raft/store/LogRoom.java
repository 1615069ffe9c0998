package io.nokv.raft.store;

import io.nokv.base.port.Scheduler;
import io.nokv.raft.storage.RaftLogs;

/** Whether the engine's log takes more without waiting, as of the last tick. {@link #isFull} on any flow. */
final class LogRoom {
    private final Scheduler scheduler;
    private final RaftLogs logs;
    private volatile boolean full;
    private volatile boolean probing;

    LogRoom(Scheduler scheduler, RaftLogs logs) {
        this.scheduler = scheduler;
        this.logs = logs;
    }

    boolean isFull() {
        return full;
    }

    /** Asks: only a flow that may wait can. */
    void tick() {
        if (probing) {
            // Whoever asked a tick ago still waits.
            full = true;
            return;
        }
        probing = true;
        scheduler.execute("raft-log-probe", () -> {
            try {
                logs.awaitRoom();
                full = false;
            } catch (RuntimeException _) {
                full = true;
            } finally {
                probing = false;
            }
        });
    }
}
