package io.nokv.sql.exec;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.expr.Values;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Aggregate functions. One instance per group; values arrive without NULLs unless said otherwise. */
public final class Accumulators {
    private Accumulators() {}

    /** The state of one aggregate in one group. */
    public interface Accumulator {
        /** @param arguments none is null, except for {@link #singleValue} */
        void add(Object[] arguments, MemoryBudget budget);

        Object result();
    }

    /** COUNT(*) and COUNT(x). */
    public static Supplier<Accumulator> count() {
        return () -> new Accumulator() {
            private long count;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                count++;
            }

            @Override
            public Object result() {
                return count;
            }
        };
    }

    /** @param whenEmpty NULL, or 0 for $SUM0 */
    public static Supplier<Accumulator> sum(Object whenEmpty) {
        return () -> new Accumulator() {
            private Number sum;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                Number value = (Number) arguments[0];
                sum = sum == null ? widen(value) : plus(sum, value);
            }

            @Override
            public Object result() {
                return sum == null ? whenEmpty : sum;
            }
        };
    }

    private static Number widen(Number value) {
        return value instanceof Integer i ? (Number) i.longValue() : value;
    }

    private static Number plus(Number a, Number b) {
        if (a instanceof Double || b instanceof Double) {
            return a.doubleValue() + b.doubleValue();
        }
        if (a instanceof BigDecimal || b instanceof BigDecimal) {
            return decimal(a).add(decimal(b));
        }
        try {
            return Math.addExact(a.longValue(), b.longValue());
        } catch (ArithmeticException _) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("the result of SUM does not fit into BIGINT");
        }
    }

    private static BigDecimal decimal(Number n) {
        return n instanceof BigDecimal d ? d : BigDecimal.valueOf(n.longValue());
    }

    public static Supplier<Accumulator> extreme(boolean greatest) {
        return () -> new Accumulator() {
            private Object best;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                if (best == null || (greatest
                        ? Values.compare(arguments[0], best) > 0
                        : Values.compare(arguments[0], best) < 0)) {
                    best = arguments[0];
                }
            }

            @Override
            public Object result() {
                return best;
            }
        };
    }

    /** ANY_VALUE, FIRST_VALUE. */
    public static Supplier<Accumulator> first() {
        return () -> new Accumulator() {
            private Object first;
            private boolean seen;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                if (!seen) {
                    first = arguments[0];
                    seen = true;
                }
            }

            @Override
            public Object result() {
                return first;
            }
        };
    }

    /** A scalar subquery: 21000 for a second row. Takes NULLs. */
    public static Supplier<Accumulator> singleValue() {
        return () -> new Accumulator() {
            private Object value;
            private boolean seen;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                if (seen) {
                    throw SqlState.CARDINALITY_VIOLATION.failure("a scalar subquery gave more than one row");
                }
                value = arguments[0];
                seen = true;
            }

            @Override
            public Object result() {
                return value;
            }
        };
    }

    /** AVG, and with Welford's method VAR and STDDEV. */
    public static Supplier<Accumulator> moments(boolean variance, boolean sample, boolean root) {
        return () -> new Accumulator() {
            private long count;
            private double mean;
            private double squares;
            private long wholeSum;
            private boolean whole = true;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                Number value = (Number) arguments[0];
                if (whole && (value instanceof Long || value instanceof Integer)) {
                    long sum = wholeSum + value.longValue();
                    whole = ((wholeSum ^ sum) & (value.longValue() ^ sum)) >= 0;
                    wholeSum = sum;
                } else {
                    whole = false;
                }
                double x = value.doubleValue();
                count++;
                double delta = x - mean;
                mean += delta / count;
                squares += delta * (x - mean);
            }

            @Override
            public Object result() {
                if (!variance) {
                    return count == 0 ? null : whole ? (Double) ((double) wholeSum / count) : (Double) mean;
                }
                long divisor = sample ? count - 1 : count;
                if (divisor <= 0) {
                    return null;
                }
                double result = squares / divisor;
                return root ? Math.sqrt(result) : result;
            }
        };
    }

    /** LISTAGG. */
    public static Supplier<Accumulator> joined() {
        return () -> new Accumulator() {
            private StringBuilder text;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                String next = (String) arguments[0];
                if (text == null) {
                    text = new StringBuilder();
                } else {
                    text.append(arguments.length > 1 ? (String) arguments[1] : ",");
                }
                text.append(next);
                budget.charge(2L * next.length());
            }

            @Override
            public Object result() {
                return text == null ? null : text.toString();
            }
        };
    }

    /** BIT_AND (0), BIT_OR (1), BIT_XOR (2). */
    public static Supplier<Accumulator> bits(int operation) {
        return () -> new Accumulator() {
            private Number bits;

            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                long value = ((Number) arguments[0]).longValue();
                long before = bits == null ? value : bits.longValue();
                long after = switch (operation) {
                    case 0 -> before & value;
                    case 1 -> before | value;
                    default -> bits == null ? value : before ^ value;
                };
                bits = arguments[0] instanceof Integer ? (Number) (int) after : (Number) after;
            }

            @Override
            public Object result() {
                return bits;
            }
        };
    }

    static Accumulator distinct(Accumulator inner) {
        Set<RowKey> seen = new HashSet<>();
        return new Accumulator() {
            @Override
            public void add(Object[] arguments, MemoryBudget budget) {
                if (seen.add(new RowKey(arguments))) {
                    budget.charge(MemoryBudget.weight(arguments) + 64);
                    inner.add(arguments, budget);
                }
            }

            @Override
            public Object result() {
                return inner.result();
            }
        };
    }
}
