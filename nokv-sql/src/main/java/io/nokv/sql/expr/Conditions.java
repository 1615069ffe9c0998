package io.nokv.sql.expr;

import com.google.common.collect.Range;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.Sarg;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;

/** Comparisons and three-valued logic. */
public final class Conditions {
    private Conditions() {}

    static Expr comparison(SqlKind kind, Expr a, Expr b) {
        return switch (kind) {
            case EQUALS -> Arithmetic.strict(a, b, (x, y) -> Values.same(x, y));
            case NOT_EQUALS -> Arithmetic.strict(a, b, (x, y) -> !Values.same(x, y));
            case LESS_THAN -> Arithmetic.strict(a, b, (x, y) -> Values.compare(x, y) < 0);
            case LESS_THAN_OR_EQUAL -> Arithmetic.strict(a, b, (x, y) -> Values.compare(x, y) <= 0);
            case GREATER_THAN -> Arithmetic.strict(a, b, (x, y) -> Values.compare(x, y) > 0);
            case GREATER_THAN_OR_EQUAL -> Arithmetic.strict(a, b, (x, y) -> Values.compare(x, y) >= 0);
            default -> throw new AssertionError(kind);
        };
    }

    static Expr and(Expr[] terms) {
        return (row, frame) -> {
            boolean unknown = false;
            for (Expr term : terms) {
                Object value = term.eval(row, frame);
                if (value == null) {
                    unknown = true;
                } else if (!(Boolean) value) {
                    return false;
                }
            }
            return unknown ? null : Boolean.TRUE;
        };
    }

    static Expr or(Expr[] terms) {
        return (row, frame) -> {
            boolean unknown = false;
            for (Expr term : terms) {
                Object value = term.eval(row, frame);
                if (value == null) {
                    unknown = true;
                } else if ((Boolean) value) {
                    return true;
                }
            }
            return unknown ? null : Boolean.FALSE;
        };
    }

    /** CASE: condition, value, condition, value, ..., else. */
    static Expr choose(Expr[] parts) {
        return (row, frame) -> {
            for (int i = 0; i + 1 < parts.length; i += 2) {
                if (parts[i].holds(row, frame)) {
                    return parts[i + 1].eval(row, frame);
                }
            }
            return parts[parts.length - 1].eval(row, frame);
        };
    }

    static Expr firstNonNull(Expr[] terms) {
        return (row, frame) -> {
            for (Expr term : terms) {
                Object value = term.eval(row, frame);
                if (value != null) {
                    return value;
                }
            }
            return null;
        };
    }

    static Expr extreme(Expr[] terms, boolean greatest) {
        return Arithmetic.strict(terms, values -> {
            Object best = values[0];
            for (Object value : values) {
                int c = Values.compare(value, best);
                if (greatest ? c > 0 : c < 0) {
                    best = value;
                }
            }
            return best;
        });
    }

    /** One interval of a search; a null bound is open. */
    public record Interval(Object low, boolean lowIncluded, Object high, boolean highIncluded) {
        boolean contains(Object value) {
            if (low != null) {
                int c = Values.compare(value, low);
                if (c < 0 || c == 0 && !lowIncluded) {
                    return false;
                }
            }
            if (high != null) {
                int c = Values.compare(value, high);
                return c < 0 || c == 0 && highIncluded;
            }
            return true;
        }

        /** One value, both ends included. */
        public boolean isPoint() {
            return low != null && high != null && lowIncluded && highIncluded && Values.compare(low, high) == 0;
        }
    }

    /** The intervals of a search argument, ascending. */
    public static List<Interval> intervals(Sarg<?> sarg) {
        List<Interval> intervals = new ArrayList<>();
        for (Object each : sarg.rangeSet.asRanges()) {
            Range<?> range = (Range<?>) each;
            Object low = range.hasLowerBound() ? bound(range.lowerEndpoint()) : null;
            Object high = range.hasUpperBound() ? bound(range.upperEndpoint()) : null;
            intervals.add(new Interval(low,
                    range.hasLowerBound() && range.lowerBoundType() == com.google.common.collect.BoundType.CLOSED,
                    high,
                    range.hasUpperBound() && range.upperBoundType() == com.google.common.collect.BoundType.CLOSED));
        }
        intervals.sort((a, b) -> a.low == null ? -1 : b.low == null ? 1 : Values.compare(a.low, b.low));
        return intervals;
    }

    static Expr search(Expr value, Sarg<?> sarg) {
        Interval[] intervals = intervals(sarg).toArray(Interval[]::new);
        Object whenNull = sarg.nullAs == RexUnknownAs.UNKNOWN ? null : (Object) (sarg.nullAs == RexUnknownAs.TRUE);
        boolean disjoint = isDisjoint(intervals);
        return (row, frame) -> {
            Object x = value.eval(row, frame);
            if (x == null) {
                return whenNull;
            }
            return disjoint ? binary(intervals, x) : linear(intervals, x);
        };
    }

    private static boolean isDisjoint(Interval[] intervals) {
        for (int i = 1; i < intervals.length; i++) {
            Interval before = intervals[i - 1];
            if (before.high == null || intervals[i].low == null
                    || Values.compare(before.high, intervals[i].low) > 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean linear(Interval[] intervals, Object x) {
        for (Interval interval : intervals) {
            if (interval.contains(x)) {
                return true;
            }
        }
        return false;
    }

    private static boolean binary(Interval[] intervals, Object x) {
        int from = 0;
        int to = intervals.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            Interval interval = intervals[middle];
            if (interval.contains(x)) {
                return true;
            }
            if (interval.low != null && Values.compare(x, interval.low) <= 0) {
                to = middle - 1;
            } else {
                from = middle + 1;
            }
        }
        return false;
    }

    /** Bounds are what RexLiteral keeps inside; whole numbers stay BigDecimals, which compare with everything. */
    private static Object bound(Object endpoint) {
        return switch (endpoint) {
            case NlsString text -> text.getValue();
            case ByteString bytes -> bytes.getBytes();
            case TimestampString time -> time.getMillisSinceEpoch();
            case DateString date -> date.getDaysSinceEpoch();
            case TimeString time -> time.getMillisOfDay();
            case BigDecimal number -> narrow(number);
            default -> endpoint;
        };
    }

    private static Object narrow(BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        return plain.scale() <= 0 && plain.precision() <= 18 ? (Object) plain.longValueExact() : number;
    }
}
