package io.nokv.raft.storage;

import io.nokv.lsm.wal.LogPlace;
import io.nokv.lsm.wal.LogRecord;
import io.nokv.raft.core.Entry;
import java.util.List;

/**
 * The entries of one record, as far as they still count. Guarded by the lock of {@link RaftLogs}.
 */
final class Part {
    final long region;
    /** Null once it has a place: its bytes are in the file then. Read without the lock, too, as is {@code place}. */
    private volatile LogRecord record;
    private volatile LogPlace place;
    /** The first that counts; the record may begin before. */
    long first;
    /** The last that counts; the record may go on behind. */
    long last;
    /** Those of the record, or null when they are not in memory. */
    private List<Entry> entries;
    private final long firstOfRecord;
    /** Bytes by {@link Entry#bytes} of all in the record. */
    final long bytes;
    /** When this is written, they can be read back. */
    private final long position;
    boolean dropped;
    boolean fetching;

    /** @param entries not empty */
    Part(long region, LogRecord record, LogPlace replayed, long position, List<Entry> entries) {
        this.position = position;
        this.region = region;
        this.record = record;
        this.place = replayed;
        this.entries = entries;
        this.firstOfRecord = entries.getFirst().index();
        this.first = firstOfRecord;
        this.last = entries.getLast().index();
        this.bytes = Entry.bytes(entries);
    }

    /** Null while it is in memory only. */
    LogPlace place() {
        LogRecord waiting = record;
        if (waiting != null && waiting.place() != null) {
            place = waiting.place();
            record = null;
        }
        return place;
    }

    boolean isHere() {
        return entries != null;
    }

    long position() {
        return position;
    }

    Entry get(long index) {
        return get(entries, index);
    }

    /** From {@code all}, the entries of the record. */
    Entry get(List<Entry> all, long index) {
        return all.get((int) (index - firstOfRecord));
    }

    /** Null when they are not in memory. */
    List<Entry> entries() {
        return entries;
    }

    void evict() {
        entries = null;
    }

    void fetched(List<Entry> read) {
        entries = read;
    }
}
