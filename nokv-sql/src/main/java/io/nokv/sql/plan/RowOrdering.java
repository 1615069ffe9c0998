package io.nokv.sql.plan;

import io.nokv.sql.exec.RowOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * What is known of the order of rows.
 *
 * @param ascending fields by which the rows ascend; none of them is ever NULL
 * @param constant fields with one value in all rows
 */
record RowOrdering(List<Integer> ascending, ImmutableBitSet constant) {
    static final RowOrdering NONE = new RowOrdering(List.of(), ImmutableBitSet.of());

    /** Whether rows in this order need no sort. */
    boolean satisfies(RowOrder wanted) {
        int at = 0;
        for (RowOrder.Key key : wanted.keys()) {
            if (constant.get(key.field())) {
                continue;
            }
            while (at < ascending.size() && constant.get(ascending.get(at))) {
                at++;
            }
            if (at == ascending.size() || ascending.get(at) != key.field() || key.descending()) {
                return false;
            }
            at++;
        }
        return true;
    }

    /** Whether rows equal in {@code fields} are adjacent. */
    boolean groups(ImmutableBitSet fields) {
        ImmutableBitSet open = fields.except(constant);
        int found = 0;
        for (int field : ascending) {
            if (constant.get(field)) {
                continue;
            }
            if (!open.get(field)) {
                break;
            }
            found++;
        }
        return found == open.cardinality();
    }

    /** @param source by output field, the input field it copies, or -1 */
    RowOrdering project(int[] source) {
        List<Integer> out = new ArrayList<>();
        for (int field : ascending) {
            int to = indexOf(source, field);
            if (to < 0) {
                if (constant.get(field)) {
                    continue;
                }
                break;
            }
            out.add(to);
        }
        ImmutableBitSet.Builder constants = ImmutableBitSet.builder();
        for (int i = 0; i < source.length; i++) {
            if (source[i] >= 0 && constant.get(source[i])) {
                constants.set(i);
            }
        }
        return new RowOrdering(List.copyOf(out), constants.build());
    }

    private static int indexOf(int[] source, int field) {
        for (int i = 0; i < source.length; i++) {
            if (source[i] == field) {
                return i;
            }
        }
        return -1;
    }
}
