package io.nokv.raft.core;

import io.nokv.base.error.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The log as the replica sees it.
 *
 * <pre>
 * base        durable            last
 *  |-- source --|------ tail ------|     held by the owner's storage | held here
 *        applied <= handed <= committed
 * </pre>
 *
 * Entries enter the tail, are handed out to be persisted in Readys, and leave the tail when their Ready is persisted.
 * Only durable entries are handed out to be applied: a state machine never runs ahead of its own disk. A cut of the log
 * shortens the Readys still under way, so that a late confirmation never vouches for an entry that has been replaced.
 * Not thread-safe.
 */
final class ReplicaLog {
    /** More is read from the source when it is handed out. */
    private static final long RECENT_BYTES = 64 << 10;

    /** A Ready that is being persisted: how much of the log it makes durable. */
    private static final class Write {
        final long number;
        final HardState hardState;
        final boolean installs;
        long last;

        Write(long number, HardState hardState, boolean installs, long last) {
            this.number = number;
            this.hardState = hardState;
            this.installs = installs;
            this.last = last;
        }
    }

    private final LogSource source;
    private final Terms terms;
    private final ArrayList<Entry> tail = new ArrayList<>();
    private long tailBytes;
    /** Durable, follows on {@code handed}: the next to be handed out, without asking the source. Not all there is when that is much. */
    private final ArrayDeque<Entry> recent = new ArrayDeque<>(0);
    private long recentBytes;
    private final ArrayDeque<Write> writes = new ArrayDeque<>();
    /** Where the membership changes, above {@code applied}. */
    private final TreeSet<Long> changes = new TreeSet<>();
    /** Ends and sizes of what was handed out to be applied, oldest first. */
    private final ArrayDeque<long[]> applying = new ArrayDeque<>();

    private long durable;
    private HardState durableHardState;
    /** How far the tail was handed out to be persisted. */
    private long written;
    private long committed;
    private long handed;
    private long applied;
    private long applyingBytes;
    /** Accepted and not yet handed out, or null. */
    private Snapshot waiting;
    /** The index of a snapshot that is not durable yet; 0: none. */
    private long installing;

    ReplicaLog(Restored restored, LogSource source) {
        this.source = source;
        this.terms = new Terms(restored.log());
        this.durable = terms.lastIndex();
        this.written = durable;
        this.durableHardState = restored.hardState();
        this.applied = restored.appliedIndex();
        this.handed = applied;
        this.committed = Math.max(restored.hardState().commit(), applied);
        restored.log().changes().stream().filter(index -> index > applied).forEach(changes::add);
        Invariant.check(applied >= terms.baseIndex() && committed <= terms.lastIndex(),
                "the log reaches from what is applied to what is committed", restored);
    }

    // ---- what it holds -------------------------------------------------------------------------------------------

    /** Everything up to here is compacted. */
    long base() {
        return terms.baseIndex();
    }

    long last() {
        return terms.lastIndex();
    }

    long lastTerm() {
        return terms.lastTerm();
    }

    /** See {@link Terms#at}. */
    long termAt(long index) {
        return terms.at(index);
    }

    /** See {@link Terms#lastAtMost}. */
    long lastAtMost(long index, long term) {
        return terms.lastAtMost(index, term);
    }

    /** Entries up to here are durable on this replica. */
    long durable() {
        return durable;
    }

    /** The newest hard state that is durable. */
    HardState durableHardState() {
        return durableHardState;
    }

    long committed() {
        return committed;
    }

    long applied() {
        return applied;
    }

    /** True when a log that ends with (index, term) holds at least as much as this one (section 5.4.1). */
    boolean isCoveredBy(long index, long term) {
        return term > lastTerm() || term == lastTerm() && index >= last();
    }

    /** True when a committed membership change is not applied yet. */
    boolean hasUnappliedChange() {
        return !changes.isEmpty() && changes.first() <= committed;
    }

    /** True when a snapshot was accepted that is not durable yet. */
    boolean isInstalling() {
        return installing != 0;
    }

    Snapshot sourceSnapshot() {
        return source.snapshot();
    }

    /** Bytes of entries held in memory. */
    long tailBytes() {
        return tailBytes;
    }

    /** Entries from {@code from} on, of at most {@code maxBytes} but at least one; empty when none is at hand. */
    List<Entry> from(long from, long to, long maxBytes) {
        Invariant.check(from > base(), "compacted entries are not read", from);
        List<Entry> out = new ArrayList<>();
        long bytes = 0;
        long next = from;
        if (next <= durable && next <= to) {
            for (Entry entry : source.entries(next, Math.min(to, durable), maxBytes)) {
                Invariant.check(entry.index() == next && entry.term() == termAt(next), "the source gives the log",
                        entry);
                out.add(entry);
                bytes += entry.bytes();
                next++;
            }
            if (next <= durable) {
                return out;
            }
        }
        for (; next <= to && next <= last(); next++) {
            Entry entry = tail.get((int) (next - durable - 1));
            bytes += entry.bytes();
            if (bytes > maxBytes && !out.isEmpty()) {
                break;
            }
            out.add(entry);
        }
        return out;
    }

    // ---- changes -------------------------------------------------------------------------------------------------

    /** Adds {@code entry} behind the last one. */
    void append(Entry entry) {
        Invariant.check(entry.index() == last() + 1, "entries follow one another", entry);
        terms.append(entry.index(), entry.term());
        tail.add(entry);
        tailBytes += entry.bytes();
        if (entry.kind() == Entry.Kind.CHANGE) {
            changes.add(entry.index());
        }
    }

    /** Drops everything from {@code index} on. */
    void cut(long index) {
        if (index > last()) {
            return;
        }
        terms.cut(index);
        changes.tailSet(index, true).clear();
        while (!recent.isEmpty() && recent.peekLast().index() >= index) {
            recentBytes -= recent.pollLast().bytes();
        }
        dropTail((int) Math.max(0, index - durable - 1), tail.size());
        durable = Math.min(durable, index - 1);
        written = Math.min(written, index - 1);
        writes.forEach(write -> write.last = Math.min(write.last, index - 1));
    }

    private void dropTail(int from, int to) {
        List<Entry> dropped = tail.subList(from, to);
        for (Entry entry : dropped) {
            tailBytes -= entry.bytes();
        }
        dropped.clear();
    }

    /** Moves the commit index up to {@code index}; true when it moved. */
    boolean commit(long index) {
        if (index <= committed) {
            return false;
        }
        Invariant.check(index <= last(), "what is committed is in the log", index);
        committed = index;
        return true;
    }

    /** Somebody knows that the entry at (index, term) is committed: so is this log up to there, if it holds that entry. */
    void commitKnown(long index, long term) {
        if (index > committed && termAt(index) == term) {
            commit(index);
        }
    }

    /** The snapshot takes the place of the whole log. */
    void restore(Snapshot snapshot) {
        terms.reset(snapshot.index(), snapshot.term());
        dropTail(0, tail.size());
        recent.clear();
        recentBytes = 0;
        changes.clear();
        applying.clear();
        applyingBytes = 0;
        writes.forEach(write -> write.last = 0);
        durable = snapshot.index();
        written = snapshot.index();
        committed = snapshot.index();
        handed = snapshot.index();
        waiting = snapshot;
        installing = snapshot.index();
    }

    /** Forgets entries up to {@code index}, which are applied and durable. */
    void compact(long index) {
        Invariant.check(index <= Math.min(applied, durable), "only what is applied and durable is compacted", index);
        if (index > base()) {
            terms.compact(index);
        }
    }

    /** The state machine has applied everything up to {@code index}. */
    void applied(long index) {
        while (!applying.isEmpty() && applying.peek()[0] <= index) {
            applyingBytes -= applying.poll()[1];
        }
        if (index > applied) {
            Invariant.check(index <= handed, "only what was handed out is applied", index);
            applied = index;
            changes.headSet(applied, true).clear();
        }
    }

    // ---- Readys --------------------------------------------------------------------------------------------------

    /** True when there are entries or a snapshot to be persisted. */
    boolean hasUnwritten() {
        return written < last() || waiting != null;
    }

    /** The entries to be persisted next. */
    List<Entry> takeUnwritten() {
        if (written == last()) {
            return List.of();
        }
        List<Entry> out = List.copyOf(tail.subList((int) (written - durable), tail.size()));
        written = last();
        return out;
    }

    /** The snapshot to be installed, or null. */
    Snapshot takeSnapshot() {
        Snapshot taken = waiting;
        waiting = null;
        return taken;
    }

    /** Ready {@code number} carries everything taken so far. */
    void writing(long number, HardState hardState, boolean installs) {
        writes.add(new Write(number, hardState, installs, written));
    }

    /** Everything up to Ready {@code number} is durable. */
    void persisted(long number) {
        long confirmed = durable;
        while (!writes.isEmpty() && writes.peek().number <= number) {
            Write write = writes.poll();
            confirmed = Math.max(confirmed, write.last);
            durableHardState = write.hardState;
            if (write.installs && waiting == null && writes.stream().noneMatch(later -> later.installs)) {
                applied = Math.max(applied, installing);
                installing = 0;
            }
        }
        int count = (int) (confirmed - durable);
        for (int i = 0; i < count; i++) {
            keep(tail.get(i));
        }
        dropTail(0, count);
        durable = confirmed;
    }

    private void keep(Entry entry) {
        long next = 1 + (recent.isEmpty() ? handed : recent.peekLast().index());
        if (entry.index() == next && recentBytes + entry.bytes() <= RECENT_BYTES) {
            recent.add(entry);
            recentBytes += entry.bytes();
        }
    }

    /** Entries after {@code handed}, of at most {@code maxBytes} but at least one; empty when none is at hand. */
    private List<Entry> next(long to, long maxBytes) {
        if (recent.isEmpty()) {
            return from(handed + 1, to, maxBytes);
        }
        List<Entry> out = new ArrayList<>(recent.size());
        long bytes = 0;
        while (!recent.isEmpty() && recent.peek().index() <= to) {
            long more = recent.peek().bytes();
            if (!out.isEmpty() && bytes + more > maxBytes) {
                break;
            }
            out.add(recent.poll());
            bytes += more;
        }
        recentBytes -= bytes;
        return out;
    }

    /**
     * Committed entries to be applied next; ends with a membership change, if it holds one. Empty while {@code maxBytes}
     * are being applied, while a snapshot is being installed, and while a change is.
     */
    List<Entry> takeCommitted(long maxBytes) {
        long to = Math.min(committed, durable);
        if (handed >= to || isInstalling() || applyingBytes >= maxBytes) {
            return List.of();
        }
        Long change = changes.isEmpty() ? null : changes.first();
        if (change != null && change <= handed) {
            return List.of();
        }
        List<Entry> out = next(change == null ? to : Math.min(to, change), maxBytes - applyingBytes);
        if (!out.isEmpty()) {
            handed = out.getLast().index();
            long bytes = Entry.bytes(out);
            applyingBytes += bytes;
            applying.add(new long[]{handed, bytes});
        }
        return out;
    }
}
