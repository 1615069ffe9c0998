package io.nokv.lsm;

import io.nokv.base.codec.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Writes that become visible and durable together, across families. Later operations on a key win. Not thread-safe. */
public final class WriteBatch {
    /** One operation. Arrays must not change after they were handed in. */
    public sealed interface Op {
        Family family();

        byte[] key();

        record Put(Family family, byte[] key, byte[] value) implements Op {}

        record Delete(Family family, byte[] key) implements Op {}

        /** Deletes what was there before the batch; {@link #key} is where it begins. */
        record DeleteRange(Family family, Range range) implements Op {
            @Override
            public byte[] key() {
                return range.from() == null ? Bytes.EMPTY : range.from();
            }
        }
    }

    private List<Op> ops = new ArrayList<>();
    private long bytes;
    private boolean freesLog;

    public WriteBatch put(Family family, byte[] key, byte[] value) {
        ops.add(new Op.Put(family, key, value));
        bytes += key.length + value.length;
        return this;
    }

    public WriteBatch delete(Family family, byte[] key) {
        ops.add(new Op.Delete(family, key));
        bytes += key.length;
        return this;
    }

    /**
     * Deletes all keys of {@code family} from {@code from} (inclusive) to {@code to} (exclusive), null for no bound. What this
     * batch did to them before is taken out of it. One range costs as much as one key to write, and reads in the range pay a
     * search for it until compaction has done away with it; for a handful of keys, delete them one by one.
     */
    public WriteBatch deleteRange(Family family, byte[] from, byte[] to) {
        Range range = new Range(from, to);
        ops.removeIf(op -> !(op instanceof Op.DeleteRange) && op.family() == family && range.contains(op.key()));
        ops.add(new Op.DeleteRange(family, range));
        bytes += (from == null ? 0 : from.length) + (to == null ? 0 : to.length);
        return this;
    }

    /**
     * Says that the batch does work that lets others let go of the log, such as applying what stands there already: it does not
     * wait for room in the log. Whoever says so bounds by other means what is under way.
     */
    public WriteBatch freeingLog() {
        freesLog = true;
        return this;
    }

    /** All that is in here, in a batch of its own; this one is empty afterwards and goes on as what it is. */
    public WriteBatch take() {
        WriteBatch taken = new WriteBatch();
        taken.ops = ops;
        taken.bytes = bytes;
        taken.freesLog = freesLog;
        ops = new ArrayList<>();
        bytes = 0;
        return taken;
    }

    boolean freesLog() {
        return freesLog;
    }

    public List<Op> ops() {
        return ops;
    }

    public boolean isEmpty() {
        return ops.isEmpty();
    }

    /** Whether nothing in it is of another family than {@link Family#LOCAL}. */
    boolean isLocal() {
        for (Op op : ops) {
            if (op.family() != Family.LOCAL) {
                return false;
            }
        }
        return true;
    }

    /** Key and value bytes, without framing; what was taken out again counts. */
    public long payloadBytes() {
        return bytes;
    }
}
