package io.nokv.sim.world;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds locks that a flow holds while it waits. All flows share one thread, so such a lock would be re-entered by the
 * next flow as if it were free: mutual exclusion would be lost in simulation, and in production a core would be blocked.
 * Asking costs a stop of the virtual machine, so a run asks at every n-th wait only.
 */
final class HeldLocks {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Held before the world began to run: the test runner's own. */
    private final Set<String> outside = new LinkedHashSet<>();

    HeldLocks() {
        outside.addAll(held());
    }

    /** Descriptions of what the calling thread holds; empty when nothing. */
    List<String> mine() {
        List<String> mine = held();
        mine.removeAll(outside);
        return mine;
    }

    private static List<String> held() {
        ThreadInfo info = THREADS.getThreadInfo(new long[]{Thread.currentThread().threadId()}, true, true)[0];
        List<String> out = new ArrayList<>();
        for (MonitorInfo monitor : info.getLockedMonitors()) {
            out.add("monitor of " + monitor + " taken at " + monitor.getLockedStackFrame());
        }
        for (LockInfo lock : info.getLockedSynchronizers()) {
            out.add("lock " + lock);
        }
        return out;
    }
}
