package io.nokv.fsmeta.client;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;

/**
 * The event loops that all clients of this process share: as many as there are cores, at most {@value #MAX_LOOPS}, started
 * with the first client and ended after the last. A loop that serves several connections wakes up less often for each.
 * Thread-safe.
 */
final class ClientLoops {
    private static final int MAX_LOOPS = 4;

    private static EventLoopGroup group;
    private static int users;

    private ClientLoops() {}

    /** One of the loops, for a client that gives it back when it has ended. */
    static synchronized EventLoop take() {
        if (users++ == 0) {
            group = new MultiThreadIoEventLoopGroup(Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors()),
                    new Threads(), NioIoHandler.newFactory());
        }
        return group.next();
    }

    /** The quiet period lets in what a connection attempt that was under way still has to say. */
    static synchronized void giveBack() {
        if (--users == 0) {
            group.shutdownGracefully(100, 1_000, TimeUnit.MILLISECONDS);
            group = null;
        }
    }

    /** Whether the caller is on one of them. */
    static boolean isHere() {
        return Thread.currentThread() instanceof LoopThread;
    }

    private static final class Threads extends DefaultThreadFactory {
        Threads() {
            super("nokv-client", true);
        }

        @Override
        protected Thread newThread(Runnable work, String name) {
            return new LoopThread(threadGroup, work, name);
        }
    }

    private static final class LoopThread extends FastThreadLocalThread {
        LoopThread(ThreadGroup group, Runnable work, String name) {
            super(group, work, name);
        }
    }
}
