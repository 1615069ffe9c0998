package io.nokv.fsmeta.runtime;

import io.nokv.base.codec.Bytes;
import io.nokv.fsmeta.txn.View;
import io.nokv.fsmeta.runtime.WriteBuffer.Change;
import java.util.Map;

/**
 * Stored rows with a transaction's own changes laid over. Changes made while it runs show if they lie ahead of it. Not
 * thread-safe.
 */
final class MergedRows implements View.Rows {
    private final View.Rows stored;
    private final WriteBuffer buffer;
    private final byte[] from;
    private final byte[] to;
    private final boolean reverse;

    /** The last key considered; null before the first. */
    private byte[] position;

    /** The stored row ahead of {@link #position}, while {@link #storedAhead}. */
    private byte[] storedKey;
    private boolean storedAhead;
    private boolean storedEnded;

    /** The current row; {@code value} null: it is the stored one. */
    private byte[] value;

    /** @param to null: no end */
    MergedRows(View.Rows stored, WriteBuffer buffer, byte[] from, byte[] to, boolean reverse) {
        this.stored = stored;
        this.buffer = buffer;
        this.from = from;
        this.to = to;
        this.reverse = reverse;
    }

    @Override
    public boolean next() {
        while (true) {
            if (!storedAhead && !storedEnded) {
                storedAhead = stored.next();
                storedEnded = !storedAhead;
                storedKey = storedAhead ? stored.key() : null;
            }
            Map.Entry<byte[], Change> own = ownAhead();
            if (own == null) {
                if (!storedAhead) {
                    return false;
                }
                takeStored();
                return true;
            }
            int order = storedAhead ? Bytes.ORDER.compare(own.getKey(), storedKey) : 0;
            if (storedAhead && (reverse ? order < 0 : order > 0)) {
                takeStored();
                return true;
            }
            position = own.getKey();
            boolean overStored = storedAhead && order == 0;
            if (overStored) {
                storedAhead = false;
                if (!own.getValue().shows()) {
                    value = null;
                    return true;
                }
            }
            value = own.getValue().over(overStored ? stored.value() : null);
            if (value != null) {
                return true;
            }
        }
    }

    private void takeStored() {
        position = storedKey;
        storedAhead = false;
        value = null;
    }

    private Map.Entry<byte[], Change> ownAhead() {
        Map.Entry<byte[], Change> own;
        if (reverse) {
            own = buffer.down(position == null ? to : position);
            return own == null || Bytes.ORDER.compare(own.getKey(), from) < 0 ? null : own;
        }
        own = position == null ? buffer.up(from, true) : buffer.up(position, false);
        return own == null || to != null && Bytes.ORDER.compare(own.getKey(), to) >= 0 ? null : own;
    }

    @Override
    public byte[] key() {
        return position.clone();
    }

    @Override
    public byte[] value() {
        return value == null ? stored.value() : value.clone();
    }

    @Override
    public long version() {
        return value == null ? stored.version() : 0;
    }

    @Override
    public void close() {
        stored.close();
    }
}
