package io.nokv.lsm;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.Invariant;
import io.nokv.lsm.cursor.ByteRun;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.vlog.ValuePointer;
import io.nokv.lsm.vlog.ValueSource;
import io.nokv.lsm.range.Cover;
import java.util.Arrays;

/**
 * The keys that are alive at one sequence number. Forward, the source stands on the entry shown. Backward, the source
 * stands before all entries of the key shown, whose bytes were copied: the newest visible version of a key is the last
 * one met on the way down.
 */
final class LiveCursor implements Cursor {
    /** So many entries are stepped over before a seek takes their place. */
    private static final int STEPS_BEFORE_SEEK = 8;

    private enum Where {
        NOWHERE, FORWARD, BACKWARD
    }

    private final EntryCursor source;
    private final byte[] from;
    private final byte[] to;
    private final long sequence;
    private final ValueSource values;
    private final Cover cover;
    private final Runnable onClose;

    private final ByteRun key = new ByteRun();
    private final ByteRun value = new ByteRun();
    /** Whether the value of the entry shown is somewhere else. */
    private boolean pointer;
    /** The value of the entry shown, which is only pointed to there; null until it is asked for. */
    private byte[] fetched;
    private Where where = Where.NOWHERE;
    private boolean closed;

    /**
     * @param cover deletions of ranges, for this cursor alone, or null
     * @param values where entries of {@code source} point to
     * @param onClose runs once, when the cursor is closed
     */
    public LiveCursor(EntryCursor source, Range range, long sequence, Cover cover, ValueSource values,
            Runnable onClose) {
        this.source = source;
        this.from = range.from();
        this.to = range.to();
        this.sequence = sequence;
        this.values = values;
        this.cover = cover;
        this.onClose = onClose;
    }

    @Override
    public boolean isValid() {
        return where != Where.NOWHERE;
    }

    private boolean isEmptyRange() {
        return from != null && to != null && Bytes.ORDER.compare(from, to) >= 0;
    }

    @Override
    public void seekToFirst() {
        start();
        if (isEmptyRange()) {
            return;
        }
        if (from == null) {
            source.seekToFirst();
        } else {
            source.seek(from, sequence);
        }
        settleForward(false);
    }

    @Override
    public void seek(byte[] target) {
        start();
        if (isEmptyRange()) {
            return;
        }
        source.seek(from != null && Bytes.ORDER.compare(from, target) > 0 ? from : target, sequence);
        settleForward(false);
    }

    @Override
    public void seekToLast() {
        start();
        if (isEmptyRange()) {
            return;
        }
        if (to == null) {
            source.seekToLast();
        } else {
            source.seekBefore(to, EntryCursor.MAX_SEQUENCE);
        }
        settleBackward();
    }

    @Override
    public void seekForPrev(byte[] target) {
        if (to != null && Bytes.ORDER.compare(target, to) >= 0) {
            seekToLast();
            return;
        }
        start();
        if (isEmptyRange()) {
            return;
        }
        source.seekBefore(Bytes.successor(target), EntryCursor.MAX_SEQUENCE);
        settleBackward();
    }

    private void start() {
        Invariant.check(!closed, "a closed cursor is not used");
        where = Where.NOWHERE;
    }

    @Override
    public void next() {
        Invariant.check(where != Where.NOWHERE, "next needs a valid cursor");
        if (where == Where.FORWARD) {
            key.set(source.keyArray(), source.keyOffset(), source.keyLength());
            source.next();
            settleForward(true);
        } else {
            where = Where.NOWHERE;
            source.seek(key.copy(), 0);
            settleForward(false);
        }
    }

    @Override
    public void prev() {
        Invariant.check(where != Where.NOWHERE, "prev needs a valid cursor");
        if (where == Where.FORWARD) {
            source.seekBefore(key(), EntryCursor.MAX_SEQUENCE);
        }
        where = Where.NOWHERE;
        settleBackward();
    }

    /** Goes to the next entry that shows; with {@code pastKey}, entries of {@link #key} are over and done with. */
    private void settleForward(boolean pastKey) {
        where = Where.NOWHERE;
        fetched = null;
        boolean skipping = pastKey;
        int steps = 0;
        while (source.isValid()) {
            byte[] array = source.keyArray();
            int offset = source.keyOffset();
            int length = source.keyLength();
            if (skipping && key.equalTo(array, offset, length)) {
                if (++steps > STEPS_BEFORE_SEEK) {
                    steps = 0;
                    source.seek(key.copy(), 0);
                } else {
                    source.next();
                }
                continue;
            }
            if (to != null && Arrays.compareUnsigned(array, offset, offset + length, to, 0, to.length) >= 0) {
                return;
            }
            if (source.sequence() > sequence) {
                if (++steps > STEPS_BEFORE_SEEK) {
                    steps = 0;
                    source.seek(Arrays.copyOfRange(array, offset, offset + length), sequence);
                } else {
                    source.next();
                }
                continue;
            }
            if (!isDeleted(array, offset, length)) {
                pointer = source.kind() == EntryKind.POINTER;
                where = Where.FORWARD;
                return;
            }
            key.set(array, offset, length);
            skipping = true;
            steps = 0;
            source.next();
        }
    }

    private boolean isDeleted(byte[] array, int offset, int length) {
        return source.isTombstone() || cover != null && cover.over(array, offset, length) > source.sequence();
    }

    private void settleBackward() {
        where = Where.NOWHERE;
        fetched = null;
        boolean found = false;
        while (source.isValid()) {
            byte[] array = source.keyArray();
            int offset = source.keyOffset();
            int length = source.keyLength();
            if (found && !key.equalTo(array, offset, length)) {
                break;
            }
            if (from != null && Arrays.compareUnsigned(array, offset, offset + length, from, 0, from.length) < 0) {
                break;
            }
            if (source.sequence() <= sequence) {
                found = !isDeleted(array, offset, length);
                if (found) {
                    key.set(array, offset, length);
                    pointer = source.kind() == EntryKind.POINTER;
                    value.set(source.valueArray(), source.valueOffset(), source.valueLength());
                }
            }
            source.prev();
        }
        if (found) {
            where = Where.BACKWARD;
        }
    }

    @Override
    public byte[] key() {
        byte[] array = keyArray();
        return Arrays.copyOfRange(array, keyOffset(), keyOffset() + keyLength());
    }

    @Override
    public byte[] value() {
        byte[] array = valueArray();
        return Arrays.copyOfRange(array, valueOffset(), valueOffset() + valueLength());
    }

    @Override
    public byte[] keyArray() {
        return switch (where) {
            case NOWHERE -> throw new AssertionError("invariant broken: key needs a valid cursor");
            case BACKWARD -> key.array();
            case FORWARD -> source.keyArray();
        };
    }

    @Override
    public int keyOffset() {
        return where == Where.FORWARD ? source.keyOffset() : 0;
    }

    @Override
    public int keyLength() {
        return where == Where.FORWARD ? source.keyLength() : key.length();
    }

    /** The value that the entry shown points to: read when it is first asked for. */
    private byte[] fetch() {
        if (fetched == null) {
            fetched = where == Where.FORWARD
                    ? values.read(source.valueArray(), source.valueOffset(), source.valueLength())
                    : values.read(value.array(), 0, value.length());
        }
        return fetched;
    }

    @Override
    public byte[] valueArray() {
        if (pointer && where != Where.NOWHERE) {
            return fetch();
        }
        return switch (where) {
            case NOWHERE -> throw new AssertionError("invariant broken: value needs a valid cursor");
            case BACKWARD -> value.array();
            case FORWARD -> source.valueArray();
        };
    }

    @Override
    public int valueOffset() {
        return where == Where.FORWARD && !pointer ? source.valueOffset() : 0;
    }

    @Override
    public int valueLength() {
        int length = where == Where.FORWARD ? source.valueLength() : value.length();
        if (!pointer) {
            return length;
        }
        return where == Where.FORWARD
                ? ValuePointer.decode(source.valueArray(), source.valueOffset(), length).valueBytes()
                : ValuePointer.decode(value.array(), 0, length).valueBytes();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            where = Where.NOWHERE;
            try {
                source.close();
            } finally {
                onClose.run();
            }
        }
    }
}
