package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** A cache with room for fewer rows than are read: what it answers is the row that was asked for, whole. */
@Param(name = "row", gen = IntGen.class, conf = "0:29")
public final class ConcurrentRowCache {
    private static final long BUDGET_BYTES = RowShard.LEAST_BYTES;

    private final RowCache cache = new RowCache(BUDGET_BYTES);

    /** Full of rows that nobody asks for, so that each new one takes the place of others. */
    public ConcurrentRowCache() {
        for (int row = 30; row < 60; row++) {
            read(row);
        }
    }

    private static PointLookup lookup(int row) {
        return PointLookup.exact(Family.DEFAULT, KeyTails.NONE, TestWorld.b("key " + row), 1);
    }

    /** The number of the row, as all bytes of its value have it; -1 when they differ, -2 when there are too few. */
    @Operation
    public int read(@Param(name = "row") int row) {
        PointLookup lookup = lookup(row);
        byte[] value = new byte[110 + row];
        Arrays.fill(value, (byte) row);
        if (!cache.find(row % 2, lookup)) {
            lookup.offer(0, 1, EntryKind.PUT, value, 0, value.length);
            cache.put(row % 2, lookup, false);
            cache.put(row % 2, lookup, false); // for the second time, so that it is kept
        }
        byte[] found = lookup.copyOfValue();
        if (found.length != value.length) {
            return -2;
        }
        return Arrays.equals(found, value) ? row : -1;
    }

    @Operation
    public boolean isWithinBudget() {
        return cache.bytes() <= BUDGET_BYTES;
    }

    /** What it is when one call comes after another: every row can be had. */
    public static final class AllRows {
        public int read(int row) {
            return row;
        }

        public boolean isWithinBudget() {
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AllRows;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }
}
