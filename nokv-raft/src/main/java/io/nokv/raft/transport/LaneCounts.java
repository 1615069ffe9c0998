package io.nokv.raft.transport;

import io.nokv.base.port.Net;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one store and lane, both directions. Thread-safe. */
final class LaneCounts {
    final LongAdder messagesSent = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder framesSent = new LongAdder();
    final LongAdder messagesReceived = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder framesReceived = new LongAdder();
    final LongAdder connects = new LongAdder();
    final LongAdder breaks = new LongAdder();
    final LongAdder failedConnects = new LongAdder();
    private final AtomicLongArray drops = new AtomicLongArray(DropReason.values().length);

    void dropped(DropReason reason, long messages) {
        drops.addAndGet(reason.ordinal(), messages);
    }

    void received(Frame frame) {
        framesReceived.increment();
        messagesReceived.add(frame.messages().size());
        bytesReceived.add(frame.bytes());
    }

    void sent(Frame frame) {
        framesSent.increment();
        messagesSent.add(frame.messages().size());
        bytesSent.add(frame.bytes());
    }

    /** Whether there is anything to tell. */
    boolean isUsed() {
        return messagesSent.sum() > 0 || messagesReceived.sum() > 0 || connects.sum() > 0 || failedConnects.sum() > 0
                || !drops().isEmpty();
    }

    private Map<DropReason, Long> drops() {
        Map<DropReason, Long> out = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            long count = drops.get(reason.ordinal());
            if (count > 0) {
                out.put(reason, count);
            }
        }
        return out;
    }

    LinkStats stats(long store, Net.Lane lane, LinkState state, long queuedMessages, long queuedBytes,
            String lastFailure) {
        return new LinkStats(store, lane, state, messagesSent.sum(), bytesSent.sum(), framesSent.sum(),
                messagesReceived.sum(), bytesReceived.sum(), framesReceived.sum(), queuedMessages, queuedBytes,
                connects.sum(), breaks.sum(), failedConnects.sum(), Map.copyOf(drops()), lastFailure);
    }
}
