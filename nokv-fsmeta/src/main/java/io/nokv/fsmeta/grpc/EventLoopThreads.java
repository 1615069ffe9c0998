package io.nokv.fsmeta.grpc;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.nokv.base.system.WaitFree;

/** Makes the daemon threads of event loops: they never wait for the namespace, see {@link WaitFree}. */
final class EventLoopThreads extends DefaultThreadFactory {
    EventLoopThreads(String name) {
        super(name, true);
    }

    @Override
    protected Thread newThread(Runnable work, String name) {
        return new EventLoopThread(threadGroup, work, name);
    }

    private static final class EventLoopThread extends FastThreadLocalThread implements WaitFree {
        EventLoopThread(ThreadGroup group, Runnable work, String name) {
            super(group, work, name);
        }
    }
}
