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
    private final KvStore store;
    private final Ports ports;
    private final Backoff backoff;

    /** @param pauses how often it may wait in vain */
    LockWait(KvStore store, Ports ports, int pauses) {
        this.store = store;
        this.ports = ports;
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
        timer.cancel();
        store.forgetUnlock(key, over);
        return true;
    }
}
