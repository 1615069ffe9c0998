package io.nokv.raft.storage;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.wal.LogPlace;
import io.nokv.lsm.wal.LogRecord;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.LogShape;
import io.nokv.raft.storage.RecordCodec.Base;
import io.nokv.raft.storage.RecordCodec.Content;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The log of one region, as memory knows it: where it begins, which records hold its entries. Guarded by the lock of
 * {@link RaftLogs}.
 */
final class StoredLog {
    /** A record that says something which still holds. */
    record Source(LogRecord record, LogPlace replayed, long position) {
        static Source replayed(LogPlace place) {
            return new Source(null, place, 0);
        }

        /** Of what is not written yet: {@code current}. */
        long segment(long current) {
            LogPlace at = record == null ? replayed : record.place();
            return at == null ? current : at.segment();
        }
    }

    private final long region;
    private HardState hardState = HardState.INITIAL;
    private Base base = Base.START;
    private Source stateIn;
    private Source baseIn;
    private Outline outline = new Outline(0);
    private final ArrayDeque<Part> parts = new ArrayDeque<>(2);

    /** Null while all is well. */
    private String damage;
    private Source damageIn;

    StoredLog(long region) {
        this.region = region;
    }

    long region() {
        return region;
    }

    HardState hardState() {
        return hardState;
    }

    Base base() {
        return base;
    }

    long last() {
        return outline.last();
    }

    long termAt(long index) {
        return index == base.index() ? base.term() : outline.termAt(index);
    }

    LogShape shape() {
        return outline.shape(base.index(), base.term());
    }

    Iterable<Part> parts() {
        return parts;
    }

    /** What is wrong with it; null when nothing is known to be. Nothing else that it says counts then. */
    String damage() {
        return damage;
    }

    /** Whether a record says that it is damaged, so that this is known again whatever else of it is let go. */
    boolean isDamageWritten() {
        return damageIn != null;
    }

    // ---- what happens to it --------------------------------------------------------------------------------------

    /**
     * A ready was written. While the log is read back its oldest records may be gone, so entries may then begin anywhere
     * where there are none; {@link #check} tells at the end.
     *
     * @return the entries of the record, or null when it has none
     */
    Part ready(Content content, Source in, Consumer<Part> dropped) {
        if (content.hardState() != null) {
            hardState = content.hardState();
            stateIn = in;
        }
        if (content.base() != null) {
            reset(content.base(), dropped);
            baseIn = in;
        }
        return content.entries().isEmpty() ? null : append(content.entries(), in, dropped);
    }

    /**
     * Something of it cannot be believed.
     *
     * @param in the record that says so; null when there is none yet
     */
    void damaged(String why, Source in, Consumer<Part> dropped) {
        reset(Base.START, dropped);
        damage = why;
        damageIn = in;
        stateIn = null;
        baseIn = null;
    }

    /** Whether a ready with {@code content} leaves no gap. */
    boolean takes(Content content) {
        if (content.entries().isEmpty()) {
            return true;
        }
        long first = content.entries().getFirst().index();
        return content.base() != null
                ? first == content.base().index() + 1
                : first > base.index() && first <= outline.last() + 1;
    }

    /** An image was written: nothing that came before matters. */
    Part image(Content content, Source in, Consumer<Part> dropped) {
        damage = null;
        reset(content.base(), dropped);
        return ready(content, in, dropped);
    }

    private void reset(Base begins, Consumer<Part> dropped) {
        parts.forEach(dropped);
        parts.clear();
        base = begins;
        outline = new Outline(begins.index());
    }

    private Part append(List<Entry> entries, Source in, Consumer<Part> dropped) {
        long first = entries.getFirst().index();
        cut(first, dropped);
        if (parts.isEmpty() && first > outline.last() + 1) {
            outline = new Outline(first - 1);
        }
        if (first != outline.last() + 1 || first <= base.index()) {
            throw new NokvException(FailureCode.CORRUPTION, "region " + region + " has entries up to "
                    + outline.last() + ", after " + base + ", and then " + entries.getFirst());
        }
        Part part = new Part(region, in.record, in.replayed, in.position, entries);
        parts.add(part);
        entries.forEach(outline::append);
        return part;
    }

    private void cut(long index, Consumer<Part> dropped) {
        if (index > outline.last()) {
            return;
        }
        while (!parts.isEmpty() && parts.getLast().last >= index) {
            Part part = parts.getLast();
            if (part.first < index) {
                part.last = index - 1;
            } else {
                dropped.accept(parts.removeLast());
            }
        }
        outline.cut(index);
    }

    /** Entries up to {@code to} are gone. */
    void compact(Base to, Source in, Consumer<Part> dropped) {
        while (!parts.isEmpty() && parts.getFirst().first <= to.index()) {
            Part part = parts.getFirst();
            if (part.last > to.index()) {
                part.first = to.index() + 1;
            } else {
                dropped.accept(parts.removeFirst());
            }
        }
        outline.compact(to.index());
        base = to;
        baseIn = in;
    }

    /** CORRUPTION when something is missing. To be asked when all that the log holds was read back. */
    void check() {
        long begins = parts.isEmpty() ? outline.last() + 1 : parts.getFirst().first;
        if (begins != base.index() + 1) {
            throw new NokvException(FailureCode.CORRUPTION, "the log of region " + region + " begins after " + base
                    + ", but its first entry is " + begins);
        }
        if (hardState.commit() > outline.last() || hardState.term() < termAt(outline.last())) {
            throw new NokvException(FailureCode.CORRUPTION, "the log of region " + region + " ends at "
                    + outline.last() + " of term " + termAt(outline.last()) + ", which does not go with " + hardState);
        }
    }

    // ---- what it keeps -------------------------------------------------------------------------------------------

    /** The oldest segment that it needs; what is not written yet counts as standing in {@code current}. */
    long needs(long current) {
        long first = damageIn == null ? Long.MAX_VALUE : damageIn.segment(current);
        if (stateIn != null) {
            first = stateIn.segment(current);
        }
        if (baseIn != null) {
            first = Math.min(first, baseIn.segment(current));
        }
        for (Part part : parts) {
            first = Math.min(first, part.place() == null ? current : part.place().segment());
        }
        return first;
    }

    long bytes() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.bytes;
        }
        return sum;
    }

    /** Everything it has, entries that are not in memory from {@code read}; null when some are in neither. */
    Content image(Map<Part, List<Entry>> read) {
        List<Entry> entries = new ArrayList<>();
        for (Part part : parts) {
            List<Entry> all = part.isHere() ? part.entries() : read.get(part);
            if (all == null) {
                return null;
            }
            for (long index = part.first; index <= part.last; index++) {
                entries.add(part.get(all, index));
            }
        }
        return new Content(hardState, base, entries);
    }

    /** The part with the entry at {@code index}, or null. */
    Part at(long index) {
        // Questions are about the end, mostly.
        for (Iterator<Part> newest = parts.descendingIterator(); newest.hasNext();) {
            Part part = newest.next();
            if (part.first <= index) {
                return part.last >= index ? part : null;
            }
        }
        return null;
    }
}
