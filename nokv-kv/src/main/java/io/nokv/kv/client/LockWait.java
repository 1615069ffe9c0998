package io.nokv.kv.client;

import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.store.KvStore;

/**
 * Waits for a lock of a living transaction: until it goes, but each time no longer than a pause of {@link Backoff},
 * because its owner may die. Not thread-safe.
 */
final class LockWait {
    /** Locks that went while it waited, and others that came in between, before it gives up on its luck. */
    private static final int MAX_OVERTAKEN = 1_000;

    private final KvStore store;
    private final Ports ports;
    private final int pauses;
    private Backoff backoff;
    private int overtaken;

    /** @param pauses how often in a row it may wait in vain */
    LockWait(KvStore store, Ports ports, int pauses) {
        this.store = store;
        this.ports = ports;
        this.pauses = pauses;
        this.backoff = new Backoff(ports, pauses);
    }

    /** Waits; false, at once, when it has waited often enough. */
    boolean await(byte[] key, LockRecord lock) {
        long nanos = backoff.nextNanos();
        if (nanos < 0) {
            return false;
        }
        Promise<Void> over = ports.scheduler().promise();
        Scheduler.Timer timer = ports.scheduler().after(nanos, "lock-wait", () -> over.complete(null));
        store.onUnlock(key, lock.startTs(), over);
        over.await();
        store.forgetUnlock(key, over);
        if (timer.cancel()) {
            // The lock went: others make progress, so patience starts anew.
            backoff = new Backoff(ports, pauses);
            overtaken++;
        }
        return overtaken < MAX_OVERTAKEN;
    }
}
