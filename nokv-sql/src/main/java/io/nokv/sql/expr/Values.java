package io.nokv.sql.expr;

import java.math.BigDecimal;
import java.util.Arrays;

/** Order, equality and hash of values, the same everywhere: in conditions, sorts, groups and joins. */
public final class Values {
    private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private Values() {}

    /** Neither is null; both are of the same family (numbers, text, ...). */
    public static int compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof String x && b instanceof String y) {
            return TextOrder.compare(x, y);
        }
        if (a instanceof Number x && b instanceof Number y) {
            return compareNumbers(x, y);
        }
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return Boolean.compare(x, y);
        }
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.compareUnsigned(x, y);
        }
        throw new AssertionError("values of different families are compared");
    }

    /** NULL equals NULL here: the equality of groups, not of conditions. */
    public static boolean same(Object a, Object b) {
        if (a == null || b == null) {
            return a == b;
        }
        if (a.getClass() == b.getClass() && !(a instanceof BigDecimal || a instanceof Double || a instanceof byte[])) {
            return a.equals(b);
        }
        return compare(a, b) == 0;
    }

    /** Equal for values that are the same. */
    public static int hash(Object value) {
        return switch (value) {
            case null -> 0;
            case byte[] bytes -> Arrays.hashCode(bytes);
            case Integer i -> Long.hashCode(i);
            case Double d when d == (long) (double) d -> Long.hashCode((long) (double) d);
            case BigDecimal d -> hashDecimal(d);
            default -> value.hashCode();
        };
    }

    /** Approximate heap bytes of a value in a row. */
    public static long weight(Object value) {
        return switch (value) {
            case null -> 4;
            case String s -> 48 + s.length();
            case byte[] bytes -> 24 + bytes.length;
            case BigDecimal _ -> 48;
            default -> 20;
        };
    }

    private static int compareNumbers(Number a, Number b) {
        if (a instanceof Double || b instanceof Double) {
            if (isWhole(a)) {
                return -compareDouble(b.doubleValue(), a.longValue());
            }
            if (isWhole(b)) {
                return compareDouble(a.doubleValue(), b.longValue());
            }
            return Double.compare(plusZero(a.doubleValue()), plusZero(b.doubleValue()));
        }
        if (isWhole(a) && isWhole(b)) {
            return Long.compare(a.longValue(), b.longValue());
        }
        return decimal(a).compareTo(decimal(b));
    }

    /** Exact, although not every long is a double. */
    private static int compareDouble(double d, long l) {
        if (Double.isNaN(d) || Double.isInfinite(d)) {
            return d == Double.NEGATIVE_INFINITY ? -1 : 1;
        }
        return new BigDecimal(d).compareTo(BigDecimal.valueOf(l));
    }

    private static double plusZero(double d) {
        return d == 0.0 ? 0.0 : d;
    }

    static boolean isWhole(Number n) {
        return n instanceof Long || n instanceof Integer;
    }

    static BigDecimal decimal(Number n) {
        return switch (n) {
            case BigDecimal d -> d;
            case Double d -> new BigDecimal(d);
            default -> BigDecimal.valueOf(n.longValue());
        };
    }

    private static int hashDecimal(BigDecimal d) {
        if (d.signum() == 0) {
            return 0;
        }
        BigDecimal plain = d.stripTrailingZeros();
        if (plain.scale() <= 0 && plain.compareTo(MIN_LONG) >= 0 && plain.compareTo(MAX_LONG) <= 0) {
            return Long.hashCode(plain.longValue());
        }
        return Double.hashCode(plain.doubleValue());
    }
}
