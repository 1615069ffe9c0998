package io.nokv.raft.transport;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.nokv.base.system.WaitFree;

/** Makes the daemon threads of the event loops: a listener that would wait in one is refused, see {@link WaitFree}. */
final class LoopThreads extends DefaultThreadFactory {
    LoopThreads(String name) {
        super(name, true);
    }

    @Override
    protected Thread newThread(Runnable work, String name) {
        return new LoopThread(threadGroup, work, name);
    }

    private static final class LoopThread extends FastThreadLocalThread implements WaitFree {
        LoopThread(ThreadGroup group, Runnable work, String name) {
            super(group, work, name);
        }
    }
}
