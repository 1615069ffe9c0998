package io.nokv.sql.exec;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.expr.Expr;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Operators that look at one row at a time. */
public final class RowOperators {
    private RowOperators() {}

    /** Over one input. */
    private abstract static class Over implements Cursor {
        final Cursor input;

        Over(Cursor input) {
            this.input = input;
        }

        @Override
        public void close() {
            input.close();
        }
    }

    public static Operator filter(Operator input, Expr condition) {
        return x -> new Over(input.open(x)) {
            @Override
            public Object[] next() {
                Object[] row = input.next();
                while (row != null && !condition.holds(row, x)) {
                    x.tick();
                    row = input.next();
                }
                return row;
            }
        };
    }

    public static Operator project(Operator input, List<Expr> expressions) {
        Expr[] each = expressions.toArray(Expr[]::new);
        return x -> new Over(input.open(x)) {
            @Override
            public Object[] next() {
                Object[] row = input.next();
                if (row == null) {
                    return null;
                }
                Object[] out = new Object[each.length];
                for (int i = 0; i < out.length; i++) {
                    out[i] = each[i].eval(row, x);
                }
                return out;
            }
        };
    }

    /** As {@link #project}, for plain fields. */
    public static Operator fields(Operator input, int[] fields) {
        return x -> new Over(input.open(x)) {
            @Override
            public Object[] next() {
                Object[] row = input.next();
                if (row == null) {
                    return null;
                }
                Object[] out = new Object[fields.length];
                for (int i = 0; i < out.length; i++) {
                    out[i] = row[fields[i]];
                }
                return out;
            }
        };
    }

    /** @param offset null: 0; @param fetch null: all; any kind of number, 22023 when negative or NULL */
    public static Operator limit(Operator input, Expr offset, Expr fetch) {
        return x -> {
            long skip = offset == null ? 0 : count(offset.eval(null, x), "OFFSET");
            long most = fetch == null ? Long.MAX_VALUE : count(fetch.eval(null, x), "FETCH");
            if (most == 0) {
                return Cursor.empty();
            }
            return new Over(input.open(x)) {
                private long toSkip = skip;
                private long left = most;

                @Override
                public Object[] next() {
                    while (toSkip > 0) {
                        x.tick();
                        if (input.next() == null) {
                            left = 0;
                        }
                        toSkip--;
                    }
                    if (left == 0) {
                        return null;
                    }
                    left--;
                    Object[] row = input.next();
                    if (row == null || left == 0) {
                        input.close();
                        left = 0;
                    }
                    return row;
                }
            };
        };
    }

    static long count(Object value, String clause) {
        BigDecimal number = switch (value) {
            case null -> throw SqlState.INVALID_PARAMETER.failure(clause + " must not be NULL");
            case BigDecimal d -> d.setScale(0, RoundingMode.DOWN);
            case Double d -> new BigDecimal(d).setScale(0, RoundingMode.DOWN);
            default -> BigDecimal.valueOf(((Number) value).longValue());
        };
        if (number.signum() < 0) {
            throw SqlState.INVALID_PARAMETER.failure(clause + " must not be negative: " + number);
        }
        return number.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
    }

    /** Rows of constant expressions; none: empty. */
    public static Operator values(List<List<Expr>> rows) {
        return x -> new Cursor() {
            private int at;

            @Override
            public Object[] next() {
                if (at == rows.size()) {
                    return null;
                }
                List<Expr> row = rows.get(at++);
                Object[] values = new Object[row.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = row.get(i).eval(null, x);
                }
                return values;
            }

            @Override
            public void close() {
                at = rows.size();
            }
        };
    }

    /** UNION ALL: one input after the other; each is opened when its turn comes. */
    public static Operator unionAll(List<Operator> inputs) {
        return x -> new Cursor() {
            private int at;
            private Cursor current;

            @Override
            public Object[] next() {
                while (true) {
                    if (current == null) {
                        if (at == inputs.size()) {
                            return null;
                        }
                        current = inputs.get(at++).open(x);
                    }
                    Object[] row = current.next();
                    if (row != null) {
                        return row;
                    }
                    current.close();
                    current = null;
                }
            }

            @Override
            public void close() {
                at = inputs.size();
                if (current != null) {
                    current.close();
                    current = null;
                }
            }
        };
    }
}
