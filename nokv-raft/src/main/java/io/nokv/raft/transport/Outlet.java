package io.nokv.raft.transport;

import io.netty.channel.EventLoop;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Entropy;
import io.nokv.base.port.Net;
import io.nokv.raft.transport.GrpcNetOptions.LaneLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One lane to one store: a bounded queue, and at most one {@link Link} that empties it.
 *
 * <p>Senders leave a message in the queue and wake the event loop, which takes all that gathered meanwhile into one frame:
 * the busier the lane, the larger its frames, without a delay. The event loop alone changes the state and touches the link.
 * There is no timer: a lane that is down tries again with the first message after the backoff.
 */
final class Outlet {
    /** Most messages in a frame. */
    static final int FRAME_MESSAGES = 16_384;

    private final long store;
    private final Net.Lane lane;
    private final GrpcNet net;
    private final EventLoop loop;
    private final LaneCounts counts;
    private final LaneLimit limit;
    private final int frameBytes;
    private final int maxMessageBytes;
    private final Clock clock;
    private final LinkFaults faults;

    private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queuedMessages = new AtomicInteger();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final AtomicBoolean overflowed = new AtomicBoolean();

    /** Written on the event loop. */
    private volatile LinkState state = LinkState.IDLE;
    private volatile long retryAtNanos;
    private volatile String lastFailure;

    // Of the event loop.
    private Link link;
    private int failuresInRow;
    private long lastUseNanos;

    Outlet(GrpcNet net, long store, Net.Lane lane, EventLoop loop, LaneCounts counts) {
        this.net = net;
        this.store = store;
        this.lane = lane;
        this.loop = loop;
        this.counts = counts;
        this.limit = net.options().limit(lane);
        this.frameBytes = net.options().frameBytes();
        this.maxMessageBytes = net.options().maxMessageBytes();
        this.clock = net.clock();
        this.faults = net.faults();
    }

    long store() {
        return store;
    }

    Net.Lane lane() {
        return lane;
    }

    EventLoop loop() {
        return loop;
    }

    GrpcNet net() {
        return net;
    }

    LinkStats stats() {
        return counts.stats(store, lane, state, queuedMessages.get(), queuedBytes.get(), lastFailure);
    }

    boolean isUsed() {
        return state != LinkState.IDLE || counts.isUsed();
    }

    // ---- on any thread ----------------------------------------------------------------------------------------

    /** Never waits, never fails. */
    void send(byte[] message) {
        if (message.length > maxMessageBytes) {
            counts.dropped(DropReason.TOO_LARGE, 1);
            return;
        }
        LinkState now = state;
        if (now == LinkState.CLOSED) {
            counts.dropped(DropReason.CLOSED, 1);
            return;
        }
        if (now == LinkState.DOWN && clock.monotonicNanos() - retryAtNanos < 0) {
            counts.dropped(DropReason.UNREACHABLE, 1);
            return;
        }
        long hold = faults.holdNanos(store, message.length);
        if (hold == LinkFaults.LOST) {
            counts.dropped(DropReason.FAULT_OUT, 1);
            return;
        }
        if (!reserve(message.length)) {
            counts.dropped(DropReason.QUEUE_FULL, 1);
            if (overflowed.compareAndSet(false, true)) {
                onLoop(() -> net.disconnected(store));
            }
            return;
        }
        if (hold > 0) {
            hold(message, hold);
        } else {
            queue.add(message);
            wake();
        }
    }

    private boolean reserve(int bytes) {
        if (queuedMessages.incrementAndGet() > limit.messages()) {
            queuedMessages.decrementAndGet();
            return false;
        }
        long before = queuedBytes.getAndAdd(bytes);
        if (before > 0 && before + bytes > limit.bytes()) {
            released(1, bytes);
            return false;
        }
        return true;
    }

    private void released(int messages, long bytes) {
        queuedMessages.addAndGet(-messages);
        queuedBytes.addAndGet(-bytes);
    }

    private void hold(byte[] message, long nanos) {
        try {
            loop.schedule(() -> {
                queue.add(message);
                wake();
            }, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            released(1, message.length);
            counts.dropped(DropReason.CLOSED, 1);
        }
    }

    private void wake() {
        if (!awake.get() && awake.compareAndSet(false, true)) {
            onLoop(this::run);
        }
    }

    /** A loop that takes nothing any more means that the network is closed. */
    private void onLoop(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException e) {
            state = LinkState.CLOSED;
            dropQueue(DropReason.CLOSED);
        }
    }

    private void dropQueue(DropReason reason) {
        int messages = 0;
        long bytes = 0;
        for (byte[] message = queue.poll(); message != null; message = queue.poll()) {
            messages++;
            bytes += message.length;
        }
        if (messages > 0) {
            released(messages, bytes);
            counts.dropped(reason, messages);
        }
    }

    // ---- on the event loop ------------------------------------------------------------------------------------

    private void run() {
        awake.set(false);
        switch (state) {
            case IDLE -> connect();
            case DOWN -> {
                if (clock.monotonicNanos() - retryAtNanos < 0) {
                    dropQueue(DropReason.UNREACHABLE);
                } else {
                    connect();
                }
            }
            case CONNECTING -> {
            }
            case UP -> flush();
            case CLOSED -> dropQueue(DropReason.CLOSED);
        }
    }

    private void connect() {
        state = LinkState.CONNECTING;
        link = new Link(this);
        link.open();
    }

    /** The other side agreed. */
    void welcomed(Link from) {
        if (from == link && state == LinkState.CONNECTING) {
            state = LinkState.UP;
            failuresInRow = 0;
            lastFailure = null;
            lastUseNanos = clock.monotonicNanos();
            counts.connects.increment();
            flush();
        }
    }

    /** The link takes more. */
    void ready(Link from) {
        if (from == link && state == LinkState.UP) {
            flush();
        }
    }

    /** Could not be made, or broke. */
    void failed(Link from, String why) {
        if (from != link || state == LinkState.CLOSED) {
            return;
        }
        boolean wasUp = state == LinkState.UP;
        (wasUp ? counts.breaks : counts.failedConnects).increment();
        link = null;
        lastFailure = why;
        retryAtNanos = clock.monotonicNanos() + backoffNanos(failuresInRow++, net.options(), net.entropy());
        state = LinkState.DOWN;
        dropQueue(DropReason.LINK_BROKE);
        overflowed.set(false);
        if (wasUp || failuresInRow == 1) {
            net.disconnected(store);
        }
    }

    /** The wait after so many failures in a row, jittered so that stores do not come together. */
    static long backoffNanos(int failuresBefore, GrpcNetOptions options, Entropy entropy) {
        long least = options.minBackoff().toNanos();
        long most = options.maxBackoff().toNanos();
        long doubled = failuresBefore >= 32 || least > most >> failuresBefore ? most : least << failuresBefore;
        return (long) (doubled * (0.5 + entropy.nextDouble() / 2));
    }

    private void flush() {
        while (!queue.isEmpty() && link.isReady()) {
            List<byte[]> messages = new ArrayList<>();
            int bytes = 0;
            byte[] next;
            while ((bytes == 0 || bytes < frameBytes) && (next = queue.peek()) != null
                    && (bytes == 0 || (long) bytes + next.length <= maxMessageBytes)) {
                queue.remove();
                messages.add(next);
                bytes += next.length;
                if (messages.size() == FRAME_MESSAGES) {
                    break;
                }
            }
            released(messages.size(), bytes);
            Frame frame = new Frame(null, messages, bytes);
            counts.sent(frame);
            lastUseNanos = clock.monotonicNanos();
            link.send(frame);
            if (link == null) {
                return;
            }
        }
        if (queue.isEmpty()) {
            overflowed.set(false);
        }
    }

    /** Takes the lane down when it was not used for long. */
    void sweep() {
        if (state == LinkState.UP && queue.isEmpty()
                && clock.monotonicNanos() - lastUseNanos >= net.options().idleTimeout().toNanos()) {
            state = LinkState.IDLE;
            Link last = link;
            link = null;
            last.end();
        }
    }

    void close() {
        state = LinkState.CLOSED;
        if (link != null) {
            link.cancel();
            link = null;
        }
        dropQueue(DropReason.CLOSED);
    }
}
