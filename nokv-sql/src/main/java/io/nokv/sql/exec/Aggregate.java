package io.nokv.sql.exec;

import io.nokv.sql.exec.Accumulators.Accumulator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * GROUP BY. With an input sorted by the group it streams and keeps one group; otherwise it keeps all groups in a hash
 * table within the budget and gives them in the order of their first rows. Without a group there is exactly one row.
 */
public final class Aggregate implements Operator {
    private final Operator input;
    private final int[] group;
    private final List<boolean[]> sets;
    private final List<Call> calls;
    private final boolean sorted;

    /**
     * One aggregate function.
     *
     * @param arguments fields of the input
     * @param filter field of the input that must be TRUE, or -1
     * @param takesNulls whether rows with a NULL argument count
     * @param order null, or the order in which the values of a group are added
     * @param perSet null, or the result by grouping set (GROUPING)
     */
    public record Call(Supplier<Accumulator> function, int[] arguments, boolean distinct, int filter,
            boolean takesNulls, RowOrder order, Object[] perSet) {}

    /**
     * @param group fields of the input, in the order of the output
     * @param sets grouping sets: which of {@code group} each has; a plain GROUP BY has one with all
     * @param sorted whether the rows of a group are adjacent; only with one set
     */
    public Aggregate(Operator input, int[] group, List<boolean[]> sets, List<Call> calls, boolean sorted) {
        this.input = input;
        this.group = group;
        this.sets = sets;
        this.calls = calls;
        this.sorted = sorted;
    }

    private final class Group {
        private final RowKey key;
        private final int set;
        private final Accumulator[] states = new Accumulator[calls.size()];
        private final List<List<Object[]>> waiting = new ArrayList<>();

        Group(RowKey key, int set) {
            this.key = key;
            this.set = set;
            for (int i = 0; i < states.length; i++) {
                Call call = calls.get(i);
                if (call.perSet == null) {
                    Accumulator state = call.function.get();
                    states[i] = call.distinct ? Accumulators.distinct(state) : state;
                }
                waiting.add(call.order == null ? null : new ArrayList<>());
            }
        }

        void add(Object[] row, Execution x) {
            for (int i = 0; i < states.length; i++) {
                Call call = calls.get(i);
                if (states[i] == null || call.filter >= 0 && !Boolean.TRUE.equals(row[call.filter])) {
                    continue;
                }
                if (waiting.get(i) != null) {
                    x.budget().charge(MemoryBudget.weight(row));
                    waiting.get(i).add(row);
                } else {
                    accumulate(i, row, x);
                }
            }
        }

        private void accumulate(int i, Object[] row, Execution x) {
            Call call = calls.get(i);
            Object[] arguments = new Object[call.arguments.length];
            for (int a = 0; a < arguments.length; a++) {
                arguments[a] = row[call.arguments[a]];
                if (arguments[a] == null && !call.takesNulls) {
                    return;
                }
            }
            states[i].add(arguments, x.budget());
        }

        Object[] result(Execution x) {
            Object[] row = new Object[group.length + states.length];
            System.arraycopy(key.values, 0, row, 0, group.length);
            for (int i = 0; i < states.length; i++) {
                if (waiting.get(i) != null) {
                    waiting.get(i).sort(calls.get(i).order);
                    for (Object[] each : waiting.get(i)) {
                        accumulate(i, each, x);
                    }
                }
                row[group.length + i] = states[i] == null ? calls.get(i).perSet[set] : states[i].result();
            }
            return row;
        }
    }

    @Override
    public Cursor open(Execution x) {
        return sorted ? stream(x) : hash(x);
    }

    private RowKey key(Object[] row, boolean[] set) {
        Object[] values = new Object[group.length];
        for (int i = 0; i < group.length; i++) {
            values[i] = set[i] ? row[group[i]] : null;
        }
        return new RowKey(values);
    }

    private Cursor hash(Execution x) {
        return new Cursor() {
            private Iterator<Group> groups;

            @Override
            public Object[] next() {
                if (groups == null) {
                    groups = collect(x).iterator();
                }
                return groups.hasNext() ? groups.next().result(x) : null;
            }

            @Override
            public void close() {
                groups = List.<Group>of().iterator();
            }
        };
    }

    private List<Group> collect(Execution x) {
        List<Map<RowKey, Group>> tables = new ArrayList<>();
        for (boolean[] set : sets) {
            Map<RowKey, Group> table = new LinkedHashMap<>();
            boolean total = true;
            for (boolean has : set) {
                total &= !has;
            }
            if (total) {
                RowKey key = key(new Object[0], set);
                table.put(key, new Group(key, tables.size()));
            }
            tables.add(table);
        }
        try (Cursor cursor = input.open(x)) {
            for (Object[] row = cursor.next(); row != null; row = cursor.next()) {
                x.tick();
                for (int i = 0; i < sets.size(); i++) {
                    RowKey key = key(row, sets.get(i));
                    Map<RowKey, Group> table = tables.get(i);
                    Group into = table.get(key);
                    if (into == null) {
                        x.budget().charge(MemoryBudget.weight(key.values) + 96 + 64L * calls.size());
                        into = new Group(key, i);
                        table.put(key, into);
                    }
                    into.add(row, x);
                }
            }
        }
        List<Group> all = new ArrayList<>();
        tables.forEach(table -> all.addAll(table.values()));
        return all;
    }

    private Cursor stream(Execution x) {
        Cursor cursor = input.open(x);
        return new Cursor() {
            private Group current;
            private boolean ended;

            @Override
            public Object[] next() {
                while (!ended) {
                    x.tick();
                    Object[] row = cursor.next();
                    if (row == null) {
                        ended = true;
                        return current == null ? null : current.result(x);
                    }
                    RowKey key = key(row, sets.getFirst());
                    Group done = current != null && !current.key.equals(key) ? current : null;
                    if (current == null || done != null) {
                        current = new Group(key, 0);
                    }
                    current.add(row, x);
                    if (done != null) {
                        return done.result(x);
                    }
                }
                return null;
            }

            @Override
            public void close() {
                ended = true;
                cursor.close();
            }
        };
    }
}
