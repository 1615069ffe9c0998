package io.nokv.base.system;

/**
 * A thread that never waits, such as the event loop of a network server: a {@link Thread} class says so by implementing
 * this. What would have to wait there, for another flow or for a disk, ends with {@link WouldWait} instead. So an event
 * loop can try a read in place, which costs less than handing it to another thread, and hands over only those that the
 * memory cannot answer. As RocksDB's {@code kBlockCacheTier} and Netty's blocking-operation check do.
 */
public interface WaitFree {
    /**
     * Thrown on a {@link WaitFree} thread in place of a wait; the work may be begun anew on a thread that waits. Has no
     * stack trace: it is an answer, not a failure.
     */
    final class WouldWait extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final WouldWait INSTANCE = new WouldWait();

        private WouldWait() {
            super("this thread does not wait", null, false, false);
        }
    }

    /** The real scheduler and the real file system ask this before every wait and every read; throws {@link WouldWait} on a {@link WaitFree} thread. */
    static void refuse() {
        if (Thread.currentThread() instanceof WaitFree) {
            throw WouldWait.INSTANCE;
        }
    }
}
