package io.nokv.raft.store;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.core.Entry;
import io.nokv.raft.membership.Membership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Applies what is committed, for all regions of the store, one flow at a time: so a step that concerns several regions needs no
 * lock. Entries of many regions go into one engine batch when they queue up. It may wait for the engine. Once a batch could not be
 * written, nothing is applied any more until the store is opened again.
 */
final class ApplyFlow {
    /** What a loop hands in. */
    sealed interface Work {
        /** Runs when everything handed in before was written out. */
        record Step(Runnable what) implements Work {}
    }

    /**
     * Committed entries of a region.
     *
     * @param waiting for each entry who proposed it here, or null; null when nobody did
     * @param membership after the last entry, when that changes it; else null
     */
    record Entries(AppliedRegion region, List<Entry> entries, Requests.Proposal[] waiting, Membership membership,
            long bytes)
            implements
                Work {}

    /** A batch ends when it has so much in it. */
    private static final long BATCH_BYTES = 1 << 20;

    /** Loops hear at once of so much, whether somebody waits or not. */
    private static final long SOON_BYTES = 64 << 10;

    /** How long it waits for space on the device before it asks again. */
    private static final long RETRY_NANOS = 100_000_000L;

    private record Answer(Promise<ProposalOutcome> promise, ProposalOutcome outcome) {}

    private record Effect(long region, long term, long index, byte[] command) {}

    private final HostedStore store;
    private final EntryApplier applier;
    private final PendingReader reader;
    /** Every region that has a state machine here, by id. */
    private final TreeMap<Long, AppliedRegion> regions = new TreeMap<>();
    /** Guards {@code queue} and {@code running}; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private ArrayList<Work> queue = new ArrayList<>();
    private boolean running;

    private final WriteBatch batch = new WriteBatch().freeingLog();
    private final ArrayList<AppliedRegion> inBatch = new ArrayList<>();
    private final ArrayList<Answer> answers = new ArrayList<>();
    private final ArrayList<Effect> effects = new ArrayList<>();
    private final ArrayList<Runnable> afterwards = new ArrayList<>();
    private long entries;
    /** A batch could not be written: nothing is applied here any more. */
    private boolean broken;
    /** The batch has something in it that loops are to hear of at once. */
    private boolean soon;

    ApplyFlow(HostedStore store) {
        this.store = store;
        this.reader = new PendingReader(store.engine(), batch, this::writeOut);
        this.applier = new EntryApplier(store, this);
    }

    // ---- from any flow -------------------------------------------------------------------------------------------

    void submit(List<? extends Work> work) {
        boolean start;
        guard.lock();
        try {
            queue.addAll(work);
            start = !running;
            running = true;
        } finally {
            guard.unlock();
        }
        if (start) {
            store.scheduler().execute("raft-apply", this::run);
        }
    }

    /** Runs {@code what} on the flow, after everything handed in before. */
    void step(Runnable what) {
        submit(List.of(new Work.Step(what)));
    }

    // ---- the flow ------------------------------------------------------------------------------------------------

    private void run() {
        while (true) {
            ArrayList<Work> all;
            guard.lock();
            try {
                if (queue.isEmpty()) {
                    running = false;
                    return;
                }
                all = queue;
                queue = new ArrayList<>();
            } finally {
                guard.unlock();
            }
            for (Work work : all) {
                try {
                    switch (work) {
                        case Entries some -> apply(some);
                        case Work.Step(Runnable what) -> {
                            writeOut();
                            what.run();
                        }
                    }
                } catch (RuntimeException | Error e) {
                    fail(e);
                }
            }
            try {
                writeOut();
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /** What is in the batch is lost, so nothing that follows on it may be written any more. */
    private void fail(Throwable why) {
        broken = true;
        drop();
        store.failed(why);
    }

    private void drop() {
        List<Answer> unknown = List.copyOf(answers);
        answers.clear();
        inBatch.forEach(region -> region.inBatch = false);
        inBatch.clear();
        effects.clear();
        afterwards.clear();
        entries = 0;
        soon = false;
        batch.take();
        reader.begin();
        unknown.forEach(answer -> answer.promise.complete(new ProposalOutcome.Unknown("the store failed")));
    }

    private void apply(Entries some) {
        AppliedRegion region = some.region;
        region.bytes += some.bytes;
        touch(region);
        for (int i = 0; i < some.entries.size(); i++) {
            Requests.Proposal waiting = some.waiting == null ? null : some.waiting[i];
            if (region.ended || broken) {
                if (waiting != null) {
                    waiting.unknown(broken ? "the store failed" : "the replica is gone");
                }
                continue;
            }
            Entry entry = some.entries.get(i);
            reader.entryBegins();
            try {
                ProposalOutcome outcome = applier.apply(region, entry, some.membership, batch, reader);
                // Whoever asked for a cursor has had everything before this entry written out.
                touch(region);
                region.index = entry.index();
                region.term = entry.term();
                entries++;
                soon |= entry.kind() != Entry.Kind.COMMAND;
                if (waiting != null) {
                    answers.add(new Answer(waiting.promise(), outcome));
                }
            } catch (RuntimeException | Error e) {
                int size = batch.ops().size();
                batch.ops().subList(Math.min(reader.entryBegan(), size), size).clear();
                reader.begin();
                region.ended = true;
                if (waiting != null) {
                    waiting.unknown("it could not be applied");
                }
                store.stopped(region.owner, e);
            }
        }
        if (batch.payloadBytes() >= BATCH_BYTES) {
            writeOut();
        }
    }

    /** Makes what was applied visible, with how far that is, and tells everybody. */
    void writeOut() {
        if (inBatch.isEmpty() && batch.isEmpty()) {
            return;
        }
        if (broken) {
            drop();
            return;
        }
        try {
            for (AppliedRegion region : inBatch) {
                if (!region.ended && store.rules().appliedIndexIsInTheBatch()) {
                    putState(region);
                }
            }
            // Entries of a region that has ended leave nothing.
            if (!batch.isEmpty()) {
                store.observer().applying(batch);
                submit(batch.take());
                reader.begin();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
            return;
        }
        if (!store.rules().appliedIndexIsInTheBatch()) {
            inBatch.stream().filter(region -> !region.ended).forEach(this::putState);
        }
        store.counters().applied.add(entries);
        store.counters().applyBatches.increment();
        entries = 0;
        for (Effect effect : effects) {
            store.observer().applied(effect.region, effect.term, effect.index, effect.command);
        }
        effects.clear();
        report();
        for (Answer answer : answers) {
            answer.promise.complete(answer.outcome);
        }
        answers.clear();
        if (!afterwards.isEmpty()) {
            List<Runnable> all = List.copyOf(afterwards);
            afterwards.clear();
            all.forEach(Runnable::run);
        }
    }

    /** A full device is waited for: what is committed has to be applied some time. */
    private void submit(WriteBatch full) {
        while (true) {
            try {
                store.engine().submit(full);
                return;
            } catch (NokvException e) {
                if (!e.code().retryable() || store.isClosed()) {
                    throw e;
                }
                store.scheduler().pause(RETRY_NANOS);
            }
        }
    }

    private void putState(AppliedRegion region) {
        batch.put(Family.LOCAL, StoreKeys.applied(region.id),
                new StoreKeys.Applied(region.index, region.term).encode());
        if (region.recordChanged) {
            batch.put(Family.LOCAL, StoreKeys.record(region.id), region.record.encode());
        }
    }

    private void report() {
        long bytes = 0;
        Map<EventLoop, List<EventLoop.Applied>> byLoop = new LinkedHashMap<>();
        for (AppliedRegion region : inBatch) {
            region.inBatch = false;
            RegionRecord changed = region.recordChanged ? region.record : null;
            region.recordChanged = false;
            long applied = region.bytes;
            region.bytes = 0;
            bytes += applied;
            if (!region.ended) {
                HostedRegion owner = region.owner;
                byLoop.computeIfAbsent(owner.loop, _ -> new ArrayList<>())
                        .add(new EventLoop.Applied(owner, region.life, region.index, changed, applied));
                if (changed != null) {
                    soon = true;
                    store.observer().changed(changed.region());
                }
            }
        }
        inBatch.clear();
        // Who hands out no more before he hears of what was applied is to hear of it in time.
        boolean hurry = soon || bytes >= Math.min(SOON_BYTES, store.options().replica().budgets().applyingBytes() / 4);
        soon = false;
        byLoop.forEach((loop, some) -> loop.applied(some, hurry));
        store.backpressure().applied(bytes);
    }

    // ---- for the steps, on the flow ------------------------------------------------------------------------------

    /** The regions with a state machine, by id. */
    TreeMap<Long, AppliedRegion> regions() {
        return regions;
    }

    WriteBatch batch() {
        return batch;
    }

    /** How far {@code region} is goes into the batch. */
    void touch(AppliedRegion region) {
        if (!region.inBatch) {
            region.inBatch = true;
            inBatch.add(region);
        }
    }

    /** {@code what} runs when what is in the batch now is visible. */
    void afterwards(Runnable what) {
        afterwards.add(what);
    }

    void tookEffect(long region, long term, long index, byte[] command) {
        effects.add(new Effect(region, term, index, command));
    }
}
