package io.nokv.sql.exec;

import io.nokv.sql.expr.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Keeps the right side in a hash table within the budget and streams the left. Without keys it is a nested loop over the
 * kept rows. NULL keys match nothing. Keeps the order of the left side; a FULL join gives unmatched right rows last.
 */
public final class HashJoin implements Operator {
    private final Operator left;
    private final Operator right;
    private final int[] leftKeys;
    private final int[] rightKeys;
    private final int leftFields;
    private final int rightFields;
    private final JoinKind kind;
    private final Expr condition;

    /** @param condition over left and right fields, besides the keys; null: none */
    public HashJoin(Operator left, Operator right, int[] leftKeys, int[] rightKeys, int leftFields, int rightFields,
            JoinKind kind, Expr condition) {
        this.left = left;
        this.right = right;
        this.leftKeys = leftKeys;
        this.rightKeys = rightKeys;
        this.leftFields = leftFields;
        this.rightFields = rightFields;
        this.kind = kind;
        this.condition = condition;
    }

    private static final class Kept {
        final Object[] row;
        boolean matched;

        Kept(Object[] row) {
            this.row = row;
        }
    }

    @Override
    public Cursor open(Execution x) {
        return new Running(x);
    }

    private final class Running implements Cursor {
        private final Execution x;
        private final List<Kept> inOrder = new ArrayList<>();
        private Map<RowKey, List<Kept>> table;
        private Cursor input;
        private Object[] leftRow;
        private Iterator<Kept> candidates;
        private boolean matched;
        private Iterator<Kept> leftovers;

        Running(Execution x) {
            this.x = x;
        }

        @Override
        public Object[] next() {
            if (table == null) {
                build();
                input = left.open(x);
            }
            if (leftovers != null) {
                return leftover();
            }
            while (true) {
                if (leftRow == null) {
                    leftRow = input.next();
                    if (leftRow == null) {
                        leftovers = kind == JoinKind.FULL ? inOrder.iterator() : List.<Kept>of().iterator();
                        return leftover();
                    }
                    matched = false;
                    candidates = candidates();
                }
                Object[] row = advance();
                if (row != null) {
                    return row;
                }
            }
        }

        /** The next row that the current left row gives; null when it gives no more, and then it is done with. */
        private Object[] advance() {
            Object[] current = leftRow;
            while (candidates.hasNext()) {
                x.tick();
                Kept kept = candidates.next();
                Object[] row = JoinKind.concat(current, kept.row, rightFields);
                if (condition != null && !condition.holds(row, x)) {
                    continue;
                }
                matched = true;
                kept.matched = true;
                if (kind.showsRight()) {
                    return row;
                }
                leftRow = null;
                return kind == JoinKind.SEMI ? current : null;
            }
            leftRow = null;
            if (matched) {
                return null;
            }
            return switch (kind) {
                case LEFT, FULL -> JoinKind.concat(current, null, rightFields);
                case ANTI -> current;
                case INNER, SEMI -> null;
            };
        }

        private Iterator<Kept> candidates() {
            if (leftKeys.length == 0) {
                return inOrder.iterator();
            }
            RowKey key = RowKey.of(leftRow, leftKeys);
            return key.hasNull() ? List.<Kept>of().iterator() : table.getOrDefault(key, List.of()).iterator();
        }

        private Object[] leftover() {
            while (leftovers.hasNext()) {
                Kept kept = leftovers.next();
                if (!kept.matched) {
                    Object[] row = new Object[leftFields + rightFields];
                    System.arraycopy(kept.row, 0, row, leftFields, rightFields);
                    return row;
                }
            }
            return null;
        }

        private void build() {
            table = new HashMap<>();
            try (Cursor cursor = right.open(x)) {
                for (Object[] row = cursor.next(); row != null; row = cursor.next()) {
                    x.tick();
                    x.budget().charge(MemoryBudget.weight(row) + 64);
                    Kept kept = new Kept(row);
                    if (leftKeys.length == 0 || kind == JoinKind.FULL) {
                        inOrder.add(kept);
                    }
                    if (leftKeys.length > 0) {
                        RowKey key = RowKey.of(row, rightKeys);
                        if (!key.hasNull()) {
                            table.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(kept);
                        }
                    }
                }
            }
        }

        @Override
        public void close() {
            if (input != null) {
                input.close();
            }
            table = Map.of();
            inOrder.clear();
            candidates = List.<Kept>of().iterator();
            leftovers = candidates;
        }
    }
}
