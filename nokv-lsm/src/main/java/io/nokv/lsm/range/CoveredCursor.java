package io.nokv.lsm.range;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.cursor.EntryCursor;

/**
 * A source without what deletions newer than all of its entries cover: a run of covered entries is left by one seek. Entries
 * that may be newer than the deletion over them stay for the reader to judge. Not thread-safe.
 */
public final class CoveredCursor implements EntryCursor {
    private final EntryCursor source;
    private final Cover cover;
    private final long newestEntry;
    /** Everything from the source's place on is covered. */
    private boolean ended;

    /** @param newestEntry no entry of {@code source} has a greater sequence number */
    public CoveredCursor(EntryCursor source, Cover cover, long newestEntry) {
        this.source = source;
        this.cover = cover;
        this.newestEntry = newestEntry;
    }

    private boolean isCovered() {
        return isValid()
                && cover.over(source.keyArray(), source.keyOffset(), source.keyLength()) > newestEntry;
    }

    private void skipForward() {
        while (isCovered()) {
            if (cover.to() == null) {
                ended = true;
                return;
            }
            source.seek(cover.to(), MAX_SEQUENCE);
        }
    }

    private void skipBackward() {
        while (isCovered()) {
            source.seekBefore(cover.from() == null ? Bytes.EMPTY : cover.from(), MAX_SEQUENCE);
        }
    }

    @Override
    public boolean isValid() {
        return !ended && source.isValid();
    }

    @Override
    public void seekToFirst() {
        ended = false;
        source.seekToFirst();
        skipForward();
    }

    @Override
    public void seekToLast() {
        ended = false;
        source.seekToLast();
        skipBackward();
    }

    @Override
    public void seek(byte[] key, long sequence) {
        ended = false;
        source.seek(key, sequence);
        skipForward();
    }

    @Override
    public void seekBefore(byte[] key, long sequence) {
        ended = false;
        source.seekBefore(key, sequence);
        skipBackward();
    }

    @Override
    public void next() {
        source.next();
        skipForward();
    }

    @Override
    public void prev() {
        source.prev();
        skipBackward();
    }

    @Override
    public byte[] keyArray() {
        return source.keyArray();
    }

    @Override
    public int keyOffset() {
        return source.keyOffset();
    }

    @Override
    public int keyLength() {
        return source.keyLength();
    }

    @Override
    public long sequence() {
        return source.sequence();
    }

    @Override
    public EntryKind kind() {
        return source.kind();
    }

    @Override
    public byte[] valueArray() {
        return source.valueArray();
    }

    @Override
    public int valueOffset() {
        return source.valueOffset();
    }

    @Override
    public int valueLength() {
        return source.valueLength();
    }

    @Override
    public void close() {
        source.close();
    }
}
