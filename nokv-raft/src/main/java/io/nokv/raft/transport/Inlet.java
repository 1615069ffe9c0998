package io.nokv.raft.transport;

import io.nokv.base.port.Net;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything from one store on its way to the listener: one message at a time, whatever lanes and event loops it comes by.
 * The thread that raises {@link #turns} from 0 delivers for all until nothing is left; with one event loop nobody ever
 * waits for another. A lane reads its next frame when the last one was delivered, so at most a frame or two per lane wait.
 */
final class Inlet {
    private static final Logger LOG = System.getLogger("io.nokv.raft.transport");

    private final long store;
    private final GrpcNet net;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();

    Inlet(GrpcNet net, long store) {
        this.net = net;
        this.store = store;
    }

    /** Gives the messages to the listener, now or when those before them are through; then runs {@code after}. */
    void deliver(Frame frame, LaneCounts counts, Runnable after) {
        counts.received(frame);
        inTurn(() -> {
            if (net.faults().losesFrom(store)) {
                counts.dropped(DropReason.FAULT_IN, frame.messages().size());
            } else {
                handOver(frame, counts);
            }
            after.run();
        });
    }

    void disconnected() {
        inTurn(() -> {
            Net.Inbox inbox = net.inbox();
            if (inbox != null) {
                try {
                    inbox.disconnected(store);
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "the listener failed when the link to store " + store + " broke", e);
                }
            }
        });
    }

    private void handOver(Frame frame, LaneCounts counts) {
        Net.Inbox inbox = net.inbox();
        if (inbox == null) {
            counts.dropped(DropReason.NOBODY_LISTENS, frame.messages().size());
            return;
        }
        for (byte[] message : frame.messages()) {
            try {
                inbox.received(store, message);
            } catch (RuntimeException e) {
                counts.dropped(DropReason.LISTENER_FAILED, 1);
                LOG.log(Level.ERROR, "the listener failed on a message of " + message.length + " bytes from store "
                        + store, e);
            }
        }
    }

    private void inTurn(Runnable work) {
        waiting.add(work);
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
            seen = turns.addAndGet(-seen);
        } while (seen != 0);
    }
}
