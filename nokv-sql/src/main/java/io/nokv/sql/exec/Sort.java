package io.nokv.sql.exec;

import io.nokv.sql.expr.Expr;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** Sorts in memory within the budget; with a limit keeps only the rows that can be in the answer. Stable. */
public final class Sort implements Operator {
    /** Above this a limit is no help: everything is sorted. */
    private static final long TOP_LIMIT = 100_000;

    private final Operator input;
    private final RowOrder order;
    private final Expr offset;
    private final Expr fetch;

    /** @param offset null: 0; @param fetch null: all */
    public Sort(Operator input, RowOrder order, Expr offset, Expr fetch) {
        this.input = input;
        this.order = order;
        this.offset = offset;
        this.fetch = fetch;
    }

    private record Numbered(Object[] row, long number) {}

    @Override
    public Cursor open(Execution x) {
        long skip = offset == null ? 0 : RowOperators.count(offset.eval(null, x), "OFFSET");
        long most = fetch == null ? Long.MAX_VALUE : RowOperators.count(fetch.eval(null, x), "FETCH");
        if (most == 0) {
            return Cursor.empty();
        }
        return new Cursor() {
            private Iterator<Object[]> sorted;

            @Override
            public Object[] next() {
                if (sorted == null) {
                    sorted = skip <= TOP_LIMIT && most <= TOP_LIMIT ? top(x, (int) (skip + most)) : all(x);
                    for (long i = 0; i < skip && sorted.hasNext(); i++) {
                        sorted.next();
                    }
                    left = most;
                }
                return left-- > 0 && sorted.hasNext() ? sorted.next() : null;
            }

            private long left;

            @Override
            public void close() {
                sorted = java.util.Collections.emptyIterator();
            }
        };
    }

    private Iterator<Object[]> all(Execution x) {
        List<Object[]> rows = new ArrayList<>();
        try (Cursor cursor = input.open(x)) {
            for (Object[] row = cursor.next(); row != null; row = cursor.next()) {
                x.tick();
                x.budget().charge(MemoryBudget.weight(row));
                rows.add(row);
            }
        }
        rows.sort(order);
        return rows.iterator();
    }

    private Iterator<Object[]> top(Execution x, int count) {
        PriorityQueue<Numbered> worstFirst = new PriorityQueue<>((a, b) -> {
            int c = order.compare(b.row, a.row);
            return c != 0 ? c : Long.compare(b.number, a.number);
        });
        long number = 0;
        try (Cursor cursor = input.open(x)) {
            for (Object[] row = cursor.next(); row != null; row = cursor.next()) {
                x.tick();
                if (worstFirst.size() == count) {
                    if (order.compare(row, worstFirst.peek().row) >= 0) {
                        continue;
                    }
                    x.budget().release(MemoryBudget.weight(worstFirst.poll().row));
                }
                x.budget().charge(MemoryBudget.weight(row));
                worstFirst.add(new Numbered(row, number++));
            }
        }
        Object[][] sorted = new Object[worstFirst.size()][];
        for (int i = sorted.length - 1; i >= 0; i--) {
            sorted[i] = worstFirst.poll().row;
        }
        return List.of(sorted).iterator();
    }
}
