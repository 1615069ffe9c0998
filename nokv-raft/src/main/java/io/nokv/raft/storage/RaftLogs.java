package io.nokv.raft.storage;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.wal.LogChannel;
import io.nokv.lsm.wal.LogConsumer;
import io.nokv.lsm.wal.LogPlace;
import io.nokv.lsm.wal.LogRecord;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.LogShape;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Restored;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.storage.RecordCodec.Base;
import io.nokv.raft.storage.RecordCodec.Content;
import io.nokv.raft.storage.StoredLog.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The logs of all replicas of one store, in the log of its engine. Hand it to the engine among its consumers, open the
 * engine, then call {@link #open}.
 *
 * <p>One turn of an owner: {@link #write} the Readys of all its regions, {@link #awaitDurable} once, tell the replicas. The Readys of one
 * region come in order and from one flow at a time; apart from that it is thread-safe. Only {@code await...} methods wait.
 */
public final class RaftLogs implements LogConsumer {
    /** Of the engine's log; nobody else may use it. */
    public static final int CHANNEL = 1;

    /** A Ready of one region. */
    public record Turn(long region, Ready ready) {}

    /** Hears what concerns the owner of a region. Called on any flow; must not wait. */
    public interface Listener {
        /** What {@link #entries} did not have at hand for {@code region} is there now. */
        void fetched(long region);

        /**
         * The log is too long, and {@code region} has too much in it to be written anew: make durable what was applied, and
         * compact.
         */
        void compactionWanted(long region);

        /** A file could not be read: the region's replica must stop. */
        void failed(long region, RuntimeException cause);
    }

    private final RaftLogOptions options;
    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, StoredLog> regions = new TreeMap<>();
    private final EntryCache cache;
    private Listener listener;
    private LogChannel channel;
    private LogRoomMaker roomMaker;
    private long readies;
    private long fetches;

    public RaftLogs(RaftLogOptions options, Scheduler scheduler) {
        this.options = options;
        this.scheduler = scheduler;
        this.cache = new EntryCache(options.cacheBytes(), position -> position == 0 || channel.isWritten(position));
    }

    // ---- opening -------------------------------------------------------------------------------------------------

    @Override
    public int channel() {
        return CHANNEL;
    }

    @Override
    public String name() {
        return "raft";
    }

    @Override
    public void replayed(LogPlace place, int kind, long region, byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            StoredLog log = regions.computeIfAbsent(region, StoredLog::new);
            if (log.isDamageWritten() && kind != RecordCodec.REMOVED && kind != RecordCodec.DAMAGED
                    || log.damage() != null && kind != RecordCodec.REMOVED && kind != RecordCodec.DAMAGED
                            && kind != RecordCodec.IMAGE) {
                return;
            }
            try {
                replayed(log, Source.replayed(place), kind, new ByteReader(bytes, offset, length));
            } catch (NokvException e) {
                // The frame checks, so it is this region's, and the others are what they were.
                log.damaged("the record at " + place.offset() + " of segment " + place.segment() + ": "
                        + e.getMessage(), null, cache::drop);
            }
        } finally {
            lock.unlock();
        }
    }

    private void replayed(StoredLog log, Source in, int kind, ByteReader record) {
        switch (kind) {
            case RecordCodec.READY -> remember(log.ready(RecordCodec.content(record), in, cache::drop));
            case RecordCodec.IMAGE -> {
                Content image = RecordCodec.content(record);
                if (image.base() == null || image.hardState() == null) {
                    throw new NokvException(FailureCode.CORRUPTION, "an image that lacks a part");
                }
                remember(log.image(image, in, cache::drop));
            }
            case RecordCodec.COMPACT -> {
                Base to = RecordCodec.base(record);
                record.end();
                log.compact(to, in, cache::drop);
            }
            case RecordCodec.REMOVED -> {
                record.end();
                forget(log);
            }
            case RecordCodec.DAMAGED -> log.damaged(RecordCodec.damage(record), in, cache::drop);
            default -> throw new NokvException(FailureCode.CORRUPTION, "raft record of kind " + kind);
        }
    }

    private void remember(Part part) {
        if (part != null) {
            cache.add(part);
            cache.trim();
        }
    }

    private void forget(StoredLog log) {
        log.parts().forEach(cache::drop);
        regions.remove(log.region());
    }

    /**
     * The engine has been opened with this. A region whose log is not whole does not keep the others away: {@link #damage} tells of
     * it, {@link #restore} refuses it, and this writes down that it is so, because it must never vote again as if it had not: it may have,
     * and the record of that may be what is gone. Waits for that.
     */
    public void open(Engine engine, Listener whenSomethingHappens) {
        long position = 0;
        lock.lock();
        try {
            regions.values().forEach(this::check);
            listener = whenSomethingHappens;
            channel = engine.channel(this);
            for (StoredLog log : regions.values()) {
                if (log.damage() != null && !log.isDamageWritten()) {
                    position = writeDamage(log);
                }
            }
        } finally {
            lock.unlock();
        }
        if (position > 0) {
            channel.awaitDurable(position);
        }
        roomMaker = new LogRoomMaker(this, channel, scheduler, options.imageBytes());
        channel.onRequest(roomMaker::asked);
        roomMaker.collect();
    }

    private void check(StoredLog log) {
        if (log.damage() == null) {
            try {
                log.check();
            } catch (NokvException e) {
                log.damaged(e.getMessage(), null, cache::drop);
            }
        }
    }

    /** Where it stands. */
    private long writeDamage(StoredLog log) {
        LogRecord record = new LogRecord(RecordCodec.DAMAGED, log.region(), RecordCodec.damage(log.damage()));
        long position = channel.append(List.of(record));
        log.damaged(log.damage(), new Source(record, null, position), cache::drop);
        return position;
    }

    /** What is wrong with the log of {@code region}, until it is {@linkplain #remove removed}; null when nothing is known to be. */
    public String damage(long region) {
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            return log == null ? null : log.damage();
        } finally {
            lock.unlock();
        }
    }

    /** The regions that have something here. */
    public Set<Long> regions() {
        lock.lock();
        try {
            return new TreeSet<>(regions.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code region} has something here. */
    public boolean has(long region) {
        lock.lock();
        try {
            return regions.containsKey(region);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What the replica of {@code region} starts with. When the state machine is ahead of the log, because a crash came
     * between installing a snapshot and beginning the log anew, the log begins anew here; this waits for it. CORRUPTION when the log
     * is {@linkplain #damage damaged} or does not go with the state machine.
     *
     * @param appliedIndex up to where the state machine is durable
     * @param appliedTerm the term of that entry
     * @param membership as of {@code appliedIndex}
     */
    public Restored restore(long region, long appliedIndex, long appliedTerm, Membership membership) {
        long position = 0;
        Restored restored;
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            if (log == null && appliedIndex == 0) {
                return Restored.fresh(membership);
            }
            if (log != null && log.damage() != null) {
                throw new NokvException(FailureCode.CORRUPTION,
                        "the log of region " + region + " is damaged: " + log.damage());
            }
            boolean ahead = log == null || log.last() < appliedIndex
                    || log.base().index() < appliedIndex && log.termAt(appliedIndex) != appliedTerm;
            if (ahead) {
                HardState before = log == null ? HardState.INITIAL : log.hardState();
                HardState state = before.term() < appliedTerm
                        ? new HardState(appliedTerm, 0, appliedIndex)
                        : new HardState(before.term(), before.vote(), appliedIndex);
                Content anew = new Content(state, new Base(appliedIndex, appliedTerm), List.of());
                LogRecord record = new LogRecord(RecordCodec.READY, region, RecordCodec.encode(anew));
                position = channel.append(List.of(record));
                log = regions.computeIfAbsent(region, StoredLog::new);
                log.ready(anew, new Source(record, null, position), cache::drop);
            }
            if (log.base().index() > appliedIndex) {
                throw new NokvException(FailureCode.CORRUPTION, "the log of region " + region + " begins after "
                        + log.base() + ", but its state machine ends at " + appliedIndex);
            }
            LogShape shape = log.shape();
            restored = new Restored(log.hardState(), membership, appliedIndex, shape);
        } finally {
            lock.unlock();
        }
        if (position > 0) {
            channel.awaitDurable(position);
        }
        return restored;
    }

    /** What the replica of {@code region} has said and must not take back; {@link HardState#INITIAL} when it has said nothing. */
    public HardState hardState(long region) {
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            return log == null ? HardState.INITIAL : log.hardState();
        } finally {
            lock.unlock();
        }
    }

    /** Whether all that {@code region} has here is a {@link #vote}, from before its replica came. */
    public boolean hasOnlyVoted(long region) {
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            return log != null && log.damage() == null && log.last() == 0 && log.base().index() == 0;
        } finally {
            lock.unlock();
        }
    }

    // ---- writing -------------------------------------------------------------------------------------------------

    /**
     * Votes for {@code candidate} in {@code term} in the name of a replica that is not here yet, so that it has an empty log. Memory only:
     * the vote counts once what this returns is durable.
     *
     * @return what to wait for; -1 when the replica has voted otherwise or in a later term, or when its log is {@linkplain #damage
     *         damaged}
     */
    public long vote(long region, long term, long candidate) {
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            HardState before = log == null ? HardState.INITIAL : log.hardState();
            if (before.term() == term && before.vote() == candidate) {
                return mark();
            }
            boolean isFree = before.term() < term || before.term() == term && before.vote() == 0;
            if (!isFree || log != null && log.damage() != null) {
                return -1;
            }
            Content content = new Content(new HardState(term, candidate, before.commit()), null, List.of());
            LogRecord record = new LogRecord(RecordCodec.READY, region, RecordCodec.encode(content));
            long position = channel.append(List.of(record));
            regions.computeIfAbsent(region, StoredLog::new).ready(content, new Source(record, null, position),
                    cache::drop);
            return position;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts the Readys that persist something into the log, in order, after everything written before; memory only. Returns
     * what to wait for; what need not be synced goes along with what must. Throws READ_ONLY when the log takes no more; of
     * this turn nothing becomes durable then.
     */
    public long write(List<Turn> turns) {
        List<LogRecord> records = new ArrayList<>(turns.size());
        List<Content> contents = new ArrayList<>(turns.size());
        for (Turn turn : turns) {
            Ready ready = turn.ready();
            if (!ready.persists()) {
                continue;
            }
            Base base = ready.snapshot() == null
                    ? null
                    : new Base(ready.snapshot().index(), ready.snapshot().term());
            Content content = new Content(ready.hardState(), base, ready.entries());
            contents.add(content);
            records.add(new LogRecord(RecordCodec.READY, turn.region(), RecordCodec.encode(content)));
        }
        lock.lock();
        try {
            long position = records.isEmpty() ? mark() : 0;
            for (int i = 0; i < records.size(); i++) {
                StoredLog log = regions.computeIfAbsent(records.get(i).stream(), StoredLog::new);
                Invariant.check(log.takes(contents.get(i)), "entries follow those that are there", contents.get(i));
                position = channel.append(List.of(records.get(i)));
                remember(log.ready(contents.get(i), new Source(records.get(i), null, position), cache::drop));
            }
            readies += records.size();
            return position;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything up to {@code position} survives power loss. */
    public void awaitDurable(long position) {
        channel.awaitDurable(position);
        lock.lock();
        try {
            cache.trim();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the log is below its limit; OVERLOADED, saying who keeps it, when that does not happen in time. To be
     * called before new work is taken on.
     */
    public void awaitRoom() {
        channel.awaitRoom();
    }

    /**
     * Drops the entries of {@code region} up to {@code index}, which is of {@code term}. What applied them must have been submitted to the
     * engine before, or be durable otherwise. Becomes durable with whatever is written next; memory only.
     */
    public void compact(long region, long index, long term) {
        boolean collect;
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            Invariant.check(log != null && index <= log.last(), "what is compacted is in the log", region);
            if (index <= log.base().index()) {
                return;
            }
            Invariant.check(log.termAt(index) == term, "the term of what is compacted is that of the log", index);
            long before = log.needs(Long.MAX_VALUE);
            Base base = new Base(index, term);
            LogRecord record = new LogRecord(RecordCodec.COMPACT, region, RecordCodec.encode(base));
            long position = channel.append(List.of(record));
            log.compact(base, new Source(record, null, position), cache::drop);
            collect = log.needs(Long.MAX_VALUE) > before;
        } finally {
            lock.unlock();
        }
        if (collect) {
            roomMaker.needsLess();
        }
    }

    /** Forgets {@code region}. Returns what to wait for. */
    public long remove(long region) {
        lock.lock();
        try {
            long position = channel.append(List.of(new LogRecord(RecordCodec.REMOVED, region, new byte[0])));
            StoredLog log = regions.get(region);
            if (log != null) {
                forget(log);
            }
            return position;
        } finally {
            lock.unlock();
        }
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    /**
     * As {@link io.nokv.raft.core.LogSource#entries}. What is not in memory is fetched, and {@link Listener#fetched}
     * called.
     */
    public List<Entry> entries(long region, long from, long to, long maxBytes) {
        List<Entry> out = new ArrayList<>();
        Part missing = null;
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            long bytes = 0;
            Part part = null;
            for (long index = from; index <= to; index++) {
                if (part == null || index > part.last) {
                    part = log.at(index);
                    Invariant.check(part != null, "entries that are asked for are there", index);
                }
                if (!part.isHere()) {
                    missing = part.fetching ? null : part;
                    part.fetching = true;
                    break;
                }
                Entry entry = part.get(index);
                bytes += entry.bytes();
                if (bytes > maxBytes && !out.isEmpty()) {
                    break;
                }
                out.add(entry);
            }
        } finally {
            lock.unlock();
        }
        if (missing != null) {
            Part wanted = missing;
            scheduler.execute("raft-fetch", () -> fetch(wanted));
        }
        return out;
    }

    /** The entries of {@code part} from its record; waits for the disk. */
    List<Entry> read(Part part) {
        return RecordCodec.content(new ByteReader(channel.read(part.place()))).entries();
    }

    private void fetch(Part part) {
        RuntimeException failure = null;
        List<Entry> entries = null;
        try {
            entries = read(part);
        } catch (RuntimeException e) {
            failure = e;
        }
        boolean wanted;
        lock.lock();
        try {
            part.fetching = false;
            wanted = !part.dropped;
            if (wanted && failure == null && !part.isHere()) {
                cache.fetched(part, entries);
                fetches++;
            }
        } finally {
            lock.unlock();
        }
        if (wanted && failure != null) {
            listener.failed(part.region, failure);
        } else {
            listener.fetched(part.region);
        }
    }

    // ---- for the room maker --------------------------------------------------------------------------------------

    /** The oldest segment that any region needs, the current one at the latest. */
    long needed() {
        // Asked for first: what is not written yet will stand there or behind.
        long current = channel.currentSegment();
        lock.lock();
        try {
            long first = current;
            for (StoredLog log : regions.values()) {
                first = Math.min(first, log.needs(current));
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** The position of something that stands behind all that was written up to now, by whomever. */
    public long mark() {
        return channel.append(List.of());
    }

    /** Regions that need a segment up to {@code upTo}. */
    List<Long> needing(long upTo) {
        lock.lock();
        try {
            return regions.values().stream().filter(log -> log.needs(Long.MAX_VALUE) <= upTo).map(StoredLog::region)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** How {@link #image} ended. */
    sealed interface Imaged {
        /** @param bytes of the record */
        record Done(long bytes) implements Imaged {}

        /** Somebody else has seen to it. */
        record Unneeded() implements Imaged {}

        record TooLarge() implements Imaged {}

        /** These have to be read first. */
        record Missing(List<Part> parts) implements Imaged {}
    }

    /** Writes {@code region} anew, if it still needs a segment up to {@code upTo}; {@code read} has what is not in memory. */
    Imaged image(long region, long upTo, long maxBytes, Map<Part, List<Entry>> read) {
        lock.lock();
        try {
            StoredLog log = regions.get(region);
            if (log == null || log.needs(Long.MAX_VALUE) > upTo) {
                return new Imaged.Unneeded();
            }
            if (log.damage() != null) {
                writeDamage(log);
                return new Imaged.Done(log.damage().length());
            }
            if (log.bytes() > maxBytes) {
                return new Imaged.TooLarge();
            }
            Content image = log.image(read);
            if (image == null) {
                List<Part> missing = new ArrayList<>();
                log.parts().forEach(part -> {
                    if (!part.isHere() && !read.containsKey(part)) {
                        missing.add(part);
                    }
                });
                return new Imaged.Missing(missing);
            }
            LogRecord record = new LogRecord(RecordCodec.IMAGE, region, RecordCodec.encode(image));
            long position = channel.append(List.of(record));
            remember(log.image(image, new Source(record, null, position), cache::drop));
            return new Imaged.Done(record.bytes().length);
        } finally {
            lock.unlock();
        }
    }

    void wantCompaction(long region) {
        listener.compactionWanted(region);
    }

    // ---- what it counts ------------------------------------------------------------------------------------------

    public RaftLogStats stats() {
        List<RaftLogStats.Keeper> keepers = new ArrayList<>();
        lock.lock();
        try {
            for (StoredLog log : regions.values()) {
                long segment = log.needs(Long.MAX_VALUE);
                if (segment < Long.MAX_VALUE) {
                    keepers.add(new RaftLogStats.Keeper(log.region(), segment, log.bytes()));
                }
            }
            keepers.sort((a, b) -> Long.compare(a.segment(), b.segment()));
            return new RaftLogStats(regions.size(), cache.bytes(), readies, cache.evictions(), fetches,
                    roomMaker.images(), roomMaker.imageBytes(), roomMaker.tooLarge(),
                    List.copyOf(keepers.subList(0, Math.min(8, keepers.size()))));
        } finally {
            lock.unlock();
        }
    }
}
