package io.nokv.sql.exec;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.exec.Accumulators.Accumulator;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.Values;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Window functions: keeps all rows within the budget, computes per partition, and gives the rows in the order they came
 * with the results behind their fields. Frames from the start of the partition run along; others are computed per row.
 */
public final class Window implements Operator {
    /** What a function is. */
    public enum Function {
        ROW_NUMBER, RANK, DENSE_RANK, PERCENT_RANK, CUME_DIST, NTILE, LAG, LEAD, FIRST_VALUE, LAST_VALUE, NTH_VALUE,
        AGGREGATE
    }

    /** Where a frame begins or ends. */
    public enum Edge {
        START, BEFORE, CURRENT, AFTER, END
    }

    /** @param offset rows, for BEFORE and AFTER */
    public record Bound(Edge edge, Expr offset) {}

    /** @param rows ROWS; else RANGE, whose current row are all rows that are equal in the order */
    public record Frame(boolean rows, Bound low, Bound high) {}

    /** @param aggregate for {@link Function#AGGREGATE} */
    public record Call(Function function, List<Expr> arguments, Supplier<Accumulator> aggregate) {}

    /** Calls over one partitioning, order and frame. */
    public record Group(RowOrder partition, RowOrder order, Frame frame, List<Call> calls) {}

    private final Operator input;
    private final List<Group> groups;

    public Window(Operator input, List<Group> groups) {
        this.input = input;
        this.groups = groups;
    }

    private static final class Row {
        final Object[] input;
        final Object[] output;

        Row(Object[] input, int width) {
            this.input = input;
            this.output = java.util.Arrays.copyOf(input, width);
        }
    }

    @Override
    public Cursor open(Execution x) {
        return new Cursor() {
            private Iterator<Row> rows;

            @Override
            public Object[] next() {
                if (rows == null) {
                    rows = compute(x).iterator();
                }
                return rows.hasNext() ? rows.next().output : null;
            }

            @Override
            public void close() {
                rows = List.<Row>of().iterator();
            }
        };
    }

    private List<Row> compute(Execution x) {
        int added = groups.stream().mapToInt(g -> g.calls.size()).sum();
        List<Row> rows = new ArrayList<>();
        try (Cursor cursor = input.open(x)) {
            for (Object[] row = cursor.next(); row != null; row = cursor.next()) {
                x.tick();
                x.budget().charge(2 * MemoryBudget.weight(row) + 20L * added);
                rows.add(new Row(row, row.length + added));
            }
        }
        int at = rows.isEmpty() ? 0 : rows.getFirst().input.length;
        for (Group group : groups) {
            List<Row> sorted = new ArrayList<>(rows);
            sorted.sort((a, b) -> {
                int c = group.partition.compare(a.input, b.input);
                return c != 0 ? c : group.order.compare(a.input, b.input);
            });
            int from = 0;
            for (int i = 1; i <= sorted.size(); i++) {
                if (i == sorted.size()
                        || group.partition.compare(sorted.get(from).input, sorted.get(i).input) != 0) {
                    new Partition(x, group, sorted.subList(from, i)).compute(at);
                    from = i;
                }
            }
            at += group.calls.size();
        }
        return rows;
    }

    private static final class Partition {
        private final Execution x;
        private final Group group;
        private final List<Row> rows;
        /** By row: the first and the row after the last that are equal in the order. */
        private final int[] peersFrom;
        private final int[] peersTo;

        Partition(Execution x, Group group, List<Row> rows) {
            this.x = x;
            this.group = group;
            this.rows = rows;
            this.peersFrom = new int[rows.size()];
            this.peersTo = new int[rows.size()];
            int from = 0;
            for (int i = 1; i <= rows.size(); i++) {
                if (i == rows.size() || group.order.compare(rows.get(from).input, rows.get(i).input) != 0) {
                    for (int p = from; p < i; p++) {
                        peersFrom[p] = from;
                        peersTo[p] = i;
                    }
                    from = i;
                }
            }
        }

        void compute(int at) {
            for (int c = 0; c < group.calls.size(); c++) {
                Call call = group.calls.get(c);
                if (call.function == Function.AGGREGATE) {
                    aggregate(call, at + c);
                    continue;
                }
                long dense = 0;
                for (int i = 0; i < rows.size(); i++) {
                    x.tick();
                    dense += peersFrom[i] == i ? 1 : 0;
                    rows.get(i).output[at + c] = value(call, i, dense);
                }
            }
        }

        private Object value(Call call, int i, long dense) {
            int size = rows.size();
            return switch (call.function) {
                case ROW_NUMBER -> i + 1L;
                case RANK -> peersFrom[i] + 1L;
                case DENSE_RANK -> dense;
                case PERCENT_RANK -> size == 1 ? 0.0 : (double) peersFrom[i] / (size - 1);
                case CUME_DIST -> (double) peersTo[i] / size;
                case NTILE -> ntile(i, positive(call, 0, i, "NTILE"));
                case LAG -> shifted(call, i, -1);
                case LEAD -> shifted(call, i, 1);
                case FIRST_VALUE -> from(i) < to(i) ? argument(call, 0, from(i)) : null;
                case LAST_VALUE -> from(i) < to(i) ? argument(call, 0, to(i) - 1) : null;
                case NTH_VALUE -> {
                    long nth = from(i) + positive(call, 1, i, "NTH_VALUE") - 1;
                    yield nth < to(i) ? argument(call, 0, (int) nth) : null;
                }
                case AGGREGATE -> throw new AssertionError();
            };
        }

        private Object argument(Call call, int index, int row) {
            return call.arguments.get(index).eval(rows.get(row).input, x);
        }

        private long positive(Call call, int index, int row, String what) {
            Object value = argument(call, index, row);
            if (value == null || ((Number) value).longValue() < 1) {
                throw SqlState.INVALID_PARAMETER.failure("argument of " + what + " must be 1 or more: " + value);
            }
            return ((Number) value).longValue();
        }

        private Long ntile(int i, long tiles) {
            long small = rows.size() / tiles;
            long large = rows.size() % tiles;
            long inLarge = large * (small + 1);
            return 1 + (i < inLarge ? i / (small + 1) : large + (i - inLarge) / Math.max(1, small));
        }

        private Object shifted(Call call, int i, int direction) {
            Object offset = call.arguments.size() > 1 ? argument(call, 1, i) : (Object) 1L;
            if (offset == null) {
                return null;
            }
            long at = i + direction * ((Number) offset).longValue();
            if (at >= 0 && at < rows.size()) {
                return argument(call, 0, (int) at);
            }
            return call.arguments.size() > 2 ? argument(call, 2, i) : null;
        }

        private int from(int i) {
            return edge(group.frame.low, i, true);
        }

        /** The row after the last of the frame. */
        private int to(int i) {
            return edge(group.frame.high, i, false);
        }

        private int edge(Bound bound, int i, boolean low) {
            long at = switch (bound.edge) {
                case START -> 0;
                case END -> rows.size();
                case CURRENT -> group.frame.rows ? low ? i : i + 1 : low ? peersFrom[i] : peersTo[i];
                case BEFORE -> i - offset(bound, i) + (low ? 0 : 1);
                case AFTER -> i + offset(bound, i) + (low ? 0 : 1);
            };
            return (int) Math.clamp(at, 0L, (long) rows.size());
        }

        private long offset(Bound bound, int i) {
            Object value = bound.offset.eval(rows.get(i).input, x);
            if (value == null || Values.compare(value, 0L) < 0) {
                throw SqlState.INVALID_PARAMETER.failure("the offset of a frame must not be negative: " + value);
            }
            return Math.min(Integer.MAX_VALUE, ((Number) value).longValue());
        }

        private void aggregate(Call call, int at) {
            boolean running = group.frame.low.edge == Edge.START;
            Accumulator state = call.aggregate.get();
            int added = 0;
            for (int i = 0; i < rows.size(); i++) {
                int from = from(i);
                int to = to(i);
                if (!running || to < added) {
                    state = call.aggregate.get();
                    added = from;
                }
                for (; added < to; added++) {
                    x.tick();
                    add(call, state, added);
                }
                rows.get(i).output[at] = state.result();
            }
        }

        private void add(Call call, Accumulator state, int row) {
            Object[] values = new Object[call.arguments.size()];
            for (int a = 0; a < values.length; a++) {
                values[a] = argument(call, a, row);
                if (values[a] == null) {
                    return;
                }
            }
            state.add(values, x.budget());
        }
    }
}
