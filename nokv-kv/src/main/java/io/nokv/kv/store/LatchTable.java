package io.nokv.kv.store;

import io.nokv.base.port.Scheduler;
import io.nokv.raft.log.FlowMutex;
import java.util.Arrays;
import java.util.List;

/**
 * Holds keys still while a request over them is judged and appended: mutual exclusion by stripe of the key's hash,
 * acquired in stripe order, so that no two requests wait for each other. Thread-safe.
 */
public final class LatchTable {
    private final FlowMutex[] stripes;

    /** @param stripes how many, a power of two */
    public LatchTable(Scheduler scheduler, int stripes) {
        if (Integer.bitCount(stripes) != 1) {
            throw new IllegalArgumentException("latch stripes must be a power of two: " + stripes);
        }
        this.stripes = new FlowMutex[stripes];
        Arrays.setAll(this.stripes, _ -> new FlowMutex(scheduler));
    }

    /** Waits until nobody else holds any of {@code keys}. Close it, once. */
    public Held acquire(List<byte[]> keys) {
        int[] wanted = new int[keys.size()];
        for (int i = 0; i < wanted.length; i++) {
            int hash = Arrays.hashCode(keys.get(i)) * 0x9E3779B1;
            wanted[i] = (hash >>> 12) & stripes.length - 1;
        }
        Arrays.sort(wanted);
        int distinct = 0;
        for (int i = 0; i < wanted.length; i++) {
            if (i == 0 || wanted[i] != wanted[i - 1]) {
                wanted[distinct++] = wanted[i];
            }
        }
        for (int i = 0; i < distinct; i++) {
            stripes[wanted[i]].acquire();
        }
        return new Held(wanted, distinct);
    }

    /** Latches held by one request. */
    public final class Held implements AutoCloseable {
        private final int[] held;
        private final int count;

        private Held(int[] held, int count) {
            this.held = held;
            this.count = count;
        }

        @Override
        public void close() {
            for (int i = count - 1; i >= 0; i--) {
                stripes[held[i]].release();
            }
        }
    }
}
