package io.nokv.sql.avatica;

import io.nokv.base.error.Invariant;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.ArrayDeque;

/** One flow at a time, in order of arrival. The monitor guards memory only; waiting happens at a promise. */
final class Turns {
    private final Scheduler scheduler;
    private final ArrayDeque<Promise<Void>> waiting = new ArrayDeque<>();
    private boolean taken;

    Turns(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Waits for the turn. */
    void enter() {
        Promise<Void> mine;
        synchronized (this) {
            if (!taken) {
                taken = true;
                return;
            }
            mine = scheduler.promise();
            waiting.add(mine);
        }
        mine.await();
    }

    /** Takes the turn when it is free. */
    synchronized boolean tryEnter() {
        if (taken) {
            return false;
        }
        taken = true;
        return true;
    }

    /** Hands the turn to the flow that waits longest. */
    void leave() {
        Promise<Void> next;
        synchronized (this) {
            Invariant.check(taken, "a turn is left only by its holder");
            next = waiting.poll();
            if (next == null) {
                taken = false;
            }
        }
        if (next != null) {
            next.complete(null);
        }
    }
}
