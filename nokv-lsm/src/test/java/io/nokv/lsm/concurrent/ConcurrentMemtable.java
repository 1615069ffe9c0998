package io.nokv.lsm.concurrent;

import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.memtable.MemtableKind;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** A memtable as the engine uses it: one writer that shows each entry when it is in, readers at what is shown. */
public abstract class ConcurrentMemtable {
    /** They share heads, are prefixes of one another, and part at different depths. */
    private static final byte[][] KEYS = {{1}, {1, 2}, {1, 2, 3, 4}, {1, 2, 3, 5}, {1, 9}, {7}};

    private final Memtable memtable;
    private volatile long visible;

    ConcurrentMemtable(MemtableKind kind) {
        memtable = kind.create(KeyTails.NONE, 1 << 10);
    }

    /** Adaptive radix tree. */
    public static final class Art extends ConcurrentMemtable {
        public Art() {
            super(MemtableKind.ART);
        }
    }

    /** Skip list. */
    public static final class Skip extends ConcurrentMemtable {
        public Skip() {
            super(MemtableKind.SKIP_LIST);
        }
    }

    /** Reads whatever is in, shown or not: what the engine must not do. */
    public static final class Careless extends ConcurrentMemtable {
        public Careless() {
            super(MemtableKind.SKIP_LIST);
        }

        @Override
        long shown() {
            return Long.MAX_VALUE;
        }
    }

    /** The newest sequence number that readers may see. */
    long shown() {
        return visible;
    }

    @Operation(nonParallelGroup = "writer")
    public void put(@Param(gen = IntGen.class, conf = "0:5") int key) {
        add(key);
        visible = visible + 1;
    }

    /** A batch: both or neither. */
    @Operation(nonParallelGroup = "writer")
    public void putTwo() {
        add(1);
        add(3);
        visible = visible + 1;
    }

    /** No two batches leave the same value. */
    private void add(int key) {
        long sequence = visible + 1;
        memtable.add(Family.WRITE, KEYS[key], sequence, new byte[]{(byte) sequence});
    }

    @Operation(nonParallelGroup = "writer")
    public void delete(@Param(gen = IntGen.class, conf = "0:5") int key) {
        memtable.add(Family.WRITE, KEYS[key], visible + 1, null);
        visible = visible + 1;
    }

    @Operation
    public int get(@Param(gen = IntGen.class, conf = "0:5") int key) {
        PointLookup lookup = PointLookup.exact(Family.WRITE, KeyTails.NONE, KEYS[key], shown());
        memtable.find(lookup);
        return lookup.isFound() ? lookup.copyOfValue()[0] : -1_000;
    }

    /** All that is there, in order. */
    @Operation
    public String scan() {
        long at = shown();
        StringBuilder found = new StringBuilder();
        byte[] before = null;
        EntryCursor cursor = memtable.cursor(Family.WRITE);
        for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
            byte[] key = Arrays.copyOfRange(cursor.keyArray(), cursor.keyOffset(),
                    cursor.keyOffset() + cursor.keyLength());
            if (cursor.sequence() <= at && !Arrays.equals(key, before)) {
                before = key;
                if (!cursor.isTombstone()) {
                    found.append(Arrays.toString(key)).append('=')
                            .append(cursor.valueArray()[cursor.valueOffset()]).append(' ');
                }
            }
        }
        return found.toString();
    }
}
