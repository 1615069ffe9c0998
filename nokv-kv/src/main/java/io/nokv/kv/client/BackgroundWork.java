package io.nokv.kv.client;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.concurrent.locks.ReentrantLock;

/** Flows that outlive the call that started them, counted so that a close can wait for them. Thread-safe. */
public final class BackgroundWork {
    private final Scheduler scheduler;

    /** Guards the two fields; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private int running;
    private Promise<Void> idle;

    public BackgroundWork(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Runs {@code work} on a flow of its own. */
    public void run(String name, Runnable work) {
        enter();
        scheduler.execute(name, () -> {
            try {
                work.run();
            } finally {
                leave();
            }
        });
    }

    private void enter() {
        guard.lock();
        try {
            running++;
        } finally {
            guard.unlock();
        }
    }

    private void leave() {
        Promise<Void> waiting = null;
        guard.lock();
        try {
            running--;
            if (running == 0) {
                waiting = idle;
                idle = null;
            }
        } finally {
            guard.unlock();
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** Waits until nothing runs. */
    public void awaitIdle() {
        while (true) {
            Promise<Void> waiting;
            guard.lock();
            try {
                if (running == 0) {
                    return;
                }
                if (idle == null) {
                    idle = scheduler.promise();
                }
                waiting = idle;
            } finally {
                guard.unlock();
            }
            waiting.await();
        }
    }
}
