package io.nokv.raft.storage;

import io.nokv.raft.core.Entry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Which records' entries are in memory: the newest, within a budget, and all that are not durable yet. Guarded by the lock
 * of {@link RaftLogs}.
 */
final class EntryCache {
    private final long budgetBytes;
    /** Whether what is at a position can be read back. */
    private final LongPredicate isWritten;
    /** Oldest first; dropped ones stay until they come to the front. */
    private final ArrayDeque<Part> here = new ArrayDeque<>();
    /** Whose records are not known to be written, oldest first: those are in memory with all their bytes. */
    private final ArrayDeque<Part> unwritten = new ArrayDeque<>();
    private long bytes;
    private long evictions;

    EntryCache(long budgetBytes, LongPredicate isWritten) {
        this.budgetBytes = budgetBytes;
        this.isWritten = isWritten;
    }

    long bytes() {
        return bytes;
    }

    long evictions() {
        return evictions;
    }

    /** {@code part}, whose entries are in memory, is new. */
    void add(Part part) {
        here.add(part);
        bytes += part.bytes;
        if (part.place() == null) {
            unwritten.add(part);
        }
    }

    /** The entries of {@code part} were read back. */
    void fetched(Part part, List<Entry> entries) {
        part.fetched(entries);
        add(part);
        trim();
    }

    /** Nobody needs {@code part} any more. */
    void drop(Part part) {
        part.dropped = true;
        if (part.isHere()) {
            part.evict();
            bytes -= part.bytes;
        }
        while (!here.isEmpty() && !here.peek().isHere()) {
            here.poll();
        }
    }

    /** Lets records go that are written, and evicts what is too much; stops at what is not written yet, for it cannot be read back. */
    void trim() {
        while (!unwritten.isEmpty() && isWritten.test(unwritten.peek().position())) {
            unwritten.poll().place();
        }
        while (bytes > budgetBytes && here.size() > 1
                && (!here.peek().isHere() || isWritten.test(here.peek().position()))) {
            Part oldest = here.poll();
            if (oldest.isHere()) {
                oldest.evict();
                bytes -= oldest.bytes;
                evictions++;
            }
        }
    }
}
