package io.nokv.raft.log;

import io.nokv.base.port.Scheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.WriteTicket;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The log of a region with one peer: the engine's own log. */
final class LocalRegionLog implements RegionLog {
    private final Engine engine;
    private final ApplyObserver observer;
    private final byte[] appliedKey;

    /** Held while an entry gets its place, and while the descriptor changes. The engine may wait inside. */
    private final FlowMutex order;
    private volatile RegionDescriptor descriptor;
    private volatile long applied;

    LocalRegionLog(Engine engine, ApplyObserver observer, Scheduler scheduler, RegionDescriptor descriptor,
            long applied) {
        this.engine = engine;
        this.observer = observer;
        this.order = new FlowMutex(scheduler);
        this.descriptor = descriptor;
        this.applied = applied;
        this.appliedKey = RegionKeys.applied(descriptor.id());
    }

    @Override
    public RegionDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public long appliedIndex() {
        return applied;
    }

    @Override
    public AppendOutcome append(RegionHeader header, WriteBatch writes) {
        order.acquire();
        try {
            RegionDescriptor now = descriptor;
            if (!now.epoch().equals(header.epoch())) {
                return new AppendOutcome.Refused(new RegionRefusal.EpochMismatch(List.of(now)));
            }
            long index = applied + 1;
            writes.put(Family.LOCAL, appliedKey, RegionKeys.encodeIndex(index));
            observer.applying(now.id(), index, writes);
            WriteTicket ticket;
            try {
                ticket = engine.submit(writes);
            } catch (RuntimeException | Error e) {
                observer.refused(now.id(), index, writes);
                throw e;
            }
            applied = index;
            observer.applied(now.id(), index, writes);
            return new AppendOutcome.Appended(new Ticket(index, ticket));
        } finally {
            order.release();
        }
    }

    /**
     * Replaces the descriptor. {@code change} gets the current one and returns the batch to write and the new one, or
     * null to leave things as they are. Returns the descriptor that holds afterwards.
     */
    RegionDescriptor change(Function<RegionDescriptor, Change> change) {
        order.acquire();
        try {
            Change wanted = change.apply(descriptor);
            if (wanted != null) {
                engine.submit(wanted.writes()).awaitDurable();
                wanted.publish().accept(() -> descriptor = wanted.descriptor());
            }
            return descriptor;
        } finally {
            order.release();
        }
    }

    /** @param publish runs once the writes are durable; it runs what it is handed, which installs the descriptor */
    record Change(WriteBatch writes, RegionDescriptor descriptor, Consumer<Runnable> publish) {}

    private record Ticket(long index, WriteTicket engineTicket) implements RegionTicket {
        @Override
        public long sequence() {
            return engineTicket.sequence();
        }

        @Override
        public void awaitDurable() {
            engineTicket.awaitDurable();
        }
    }
}
