package io.nokv.sql.exec;

import io.nokv.sql.expr.Expr;

/**
 * Runs the right side once per left row, which it sees as an outer row: lateral functions, correlated subqueries and
 * scans of the key prefix that the left row names. Keeps the order of the left side; holds nothing.
 */
public final class NestedJoin implements Operator {
    private final Operator left;
    private final Operator right;
    private final int slot;
    private final int rightFields;
    private final JoinKind kind;
    private final Expr condition;

    /** @param condition over left and right fields; null: none */
    public NestedJoin(Operator left, Operator right, int slot, int rightFields, JoinKind kind, Expr condition) {
        this.left = left;
        this.right = right;
        this.slot = slot;
        this.rightFields = rightFields;
        this.kind = kind;
        this.condition = condition;
    }

    @Override
    public Cursor open(Execution x) {
        Cursor outer = left.open(x);
        return new Cursor() {
            private Object[] leftRow;
            private Cursor inner;
            private boolean matched;

            @Override
            public Object[] next() {
                while (true) {
                    if (inner == null) {
                        leftRow = outer.next();
                        if (leftRow == null) {
                            return null;
                        }
                        x.setOuter(slot, leftRow);
                        inner = right.open(x);
                        matched = false;
                    }
                    x.setOuter(slot, leftRow);
                    Object[] rightRow = inner.next();
                    if (rightRow == null) {
                        closeInner();
                        if (!matched && kind == JoinKind.LEFT) {
                            return JoinKind.concat(leftRow, null, rightFields);
                        }
                        if (!matched && kind == JoinKind.ANTI) {
                            return leftRow;
                        }
                        continue;
                    }
                    x.tick();
                    Object[] row = JoinKind.concat(leftRow, rightRow, rightFields);
                    if (condition != null && !condition.holds(row, x)) {
                        continue;
                    }
                    matched = true;
                    if (kind.showsRight()) {
                        return row;
                    }
                    closeInner();
                    if (kind == JoinKind.SEMI) {
                        return leftRow;
                    }
                }
            }

            private void closeInner() {
                if (inner != null) {
                    inner.close();
                    inner = null;
                }
            }

            @Override
            public void close() {
                closeInner();
                outer.close();
            }
        };
    }
}
