package io.nokv.raft.store;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.WriteBatch.Op;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows the engine and, before it, what the batch being put together has already. The batch is looked through when somebody reads,
 * once for each of its operations. Used by the apply flow alone.
 */
final class PendingReader implements ApplyReader {
    private static final byte[] DELETED = new byte[0];

    private final Engine engine;
    private final Runnable writeOut;
    private final Map<Family, Map<ByteBuffer, byte[]>> points = new EnumMap<>(Family.class);
    private final Map<Family, List<Range>> ranges = new EnumMap<>(Family.class);
    private final WriteBatch batch;
    private int seen;
    private Op lastSeen;
    private int entryBegan;

    /**
     * @param batch that is being put together
     * @param writeOut writes what the batch has before the present entry, and empties it
     */
    PendingReader(Engine engine, WriteBatch batch, Runnable writeOut) {
        this.engine = engine;
        this.batch = batch;
        this.writeOut = writeOut;
    }

    /** The batch is empty again, or has lost something: what was seen of it does not count. */
    void begin() {
        entryBegan = Math.min(entryBegan, batch.ops().size());
        seen = 0;
        points.clear();
        ranges.clear();
    }

    /** The next entry is about to be applied. */
    void entryBegins() {
        entryBegan = batch.ops().size();
    }

    /** Where in the batch the effects of the present entry begin. */
    int entryBegan() {
        return entryBegan;
    }

    @Override
    public byte[] get(Family family, byte[] key) {
        look();
        byte[] found = points.getOrDefault(family, Map.of()).get(ByteBuffer.wrap(key));
        if (found != null) {
            return found == DELETED ? null : found;
        }
        for (Range range : ranges.getOrDefault(family, List.of())) {
            if (range.contains(key)) {
                return null;
            }
        }
        return engine.get(family, key, null);
    }

    private void look() {
        List<Op> ops = batch.ops();
        Invariant.check(entryBegan <= ops.size(), "reads come before deletions of ranges in an entry");
        // A deletion of a range takes earlier operations out of the batch: then places have moved.
        if (seen > 0 && (seen > entryBegan || ops.get(seen - 1) != lastSeen)) {
            begin();
        }
        for (; seen < entryBegan; seen++) {
            lastSeen = ops.get(seen);
            switch (lastSeen) {
                case Op.Put put -> put(put.family(), put.key(), put.value());
                case Op.Delete delete -> put(delete.family(), delete.key(), DELETED);
                case Op.DeleteRange delete -> {
                    ranges.computeIfAbsent(delete.family(), _ -> new ArrayList<>()).add(delete.range());
                    points.getOrDefault(delete.family(), new HashMap<>()).keySet()
                            .removeIf(key -> delete.range().contains(key.array()));
                }
            }
        }
    }

    private void put(Family family, byte[] key, byte[] value) {
        points.computeIfAbsent(family, _ -> new HashMap<>()).put(ByteBuffer.wrap(key), value);
    }

    @Override
    public Cursor cursor(Family family, Range range) {
        Invariant.check(batch.ops().size() == entryBegan, "cursors come before writes in an entry");
        writeOut.run();
        return engine.cursor(family, range, null);
    }
}
