package io.nokv.sql.expr;

import io.nokv.sql.error.SqlState;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** Arithmetic that never wraps around: a result that does not fit is SQLSTATE 22003. */
final class Arithmetic {
    private static final MathContext DECIMAL_DIGITS = new MathContext(38, RoundingMode.HALF_UP);

    private Arithmetic() {}

    /** a op b, null when either is. {@code type} is the type of the result. */
    static Expr binary(SqlKind kind, RelDataType type, Expr a, Expr b) {
        if (SqlTypeUtil.isApproximateNumeric(type)) {
            return strict(a, b, (x, y) -> onDoubles(kind, ((Number) x).doubleValue(), ((Number) y).doubleValue()));
        }
        if (SqlTypeUtil.isDecimal(type)) {
            int scale = type.getScale();
            return strict(a, b, (x, y) -> onDecimals(kind, scale, Values.decimal((Number) x),
                    Values.decimal((Number) y)));
        }
        if (type.getSqlTypeName() == SqlTypeName.BIGINT || SqlTypeUtil.isInterval(type)) {
            return strict(a, b, (x, y) -> onLongs(kind, (Number) x, (Number) y));
        }
        return strict(a, b, (x, y) -> fit(type, onLongs(kind, (Number) x, (Number) y)));
    }

    static Expr negate(RelDataType type, Expr a) {
        return strict(a, x -> switch (x) {
            case Double d -> -d;
            case BigDecimal d -> d.negate();
            case Long l -> exact(kindOf("-"), () -> Math.negateExact(l));
            default -> fit(type, -((Number) x).longValue());
        });
    }

    /** A whole number as the class of {@code type}; 22003 when it does not fit. */
    static Object fit(RelDataType type, long value) {
        return switch (type.getSqlTypeName()) {
            case TINYINT -> bounded(value, Byte.MIN_VALUE, Byte.MAX_VALUE, "TINYINT");
            case SMALLINT -> bounded(value, Short.MIN_VALUE, Short.MAX_VALUE, "SMALLINT");
            case INTEGER -> bounded(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "INTEGER");
            case DATE, TIME -> (int) value;
            default -> value;
        };
    }

    private static Object bounded(long value, long min, long max, String type) {
        if (value < min || value > max) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure(value + " does not fit into " + type);
        }
        return (int) value;
    }

    private static Long onLongs(SqlKind kind, Number x, Number y) {
        if (!Values.isWhole(x) || !Values.isWhole(y)) {
            BigDecimal exact = onDecimals(kind, 0, Values.decimal(x), Values.decimal(y));
            return toLong(exact.setScale(0, RoundingMode.DOWN));
        }
        long a = x.longValue();
        long b = y.longValue();
        return exact(kind, () -> switch (kind) {
            case PLUS -> Math.addExact(a, b);
            case MINUS -> Math.subtractExact(a, b);
            case TIMES -> Math.multiplyExact(a, b);
            case DIVIDE -> Math.divideExact(a, nonZero(b));
            case MOD -> a % nonZero(b);
            default -> throw new AssertionError(kind);
        });
    }

    static long toLong(BigDecimal value) {
        try {
            return value.longValueExact();
        } catch (ArithmeticException _) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure(value.toPlainString() + " does not fit into BIGINT");
        }
    }

    private static Double onDoubles(SqlKind kind, double a, double b) {
        double result = switch (kind) {
            case PLUS -> a + b;
            case MINUS -> a - b;
            case TIMES -> a * b;
            case DIVIDE -> a / nonZero(b);
            case MOD -> a % nonZero(b);
            default -> throw new AssertionError(kind);
        };
        if (Double.isInfinite(result) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("the result of " + kind.sql + " does not fit into DOUBLE");
        }
        return result;
    }

    private static BigDecimal onDecimals(SqlKind kind, int scale, BigDecimal a, BigDecimal b) {
        if ((kind == SqlKind.DIVIDE || kind == SqlKind.MOD) && b.signum() == 0) {
            throw divisionByZero();
        }
        BigDecimal result = switch (kind) {
            case PLUS -> a.add(b);
            case MINUS -> a.subtract(b);
            case TIMES -> a.multiply(b);
            case DIVIDE -> a.divide(b, Math.max(scale, 0), RoundingMode.HALF_UP);
            case MOD -> a.remainder(b);
            default -> throw new AssertionError(kind);
        };
        if (result.precision() - result.scale() > 38) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("the result of " + kind.sql + " has more than 38 digits");
        }
        return result.precision() > 38 ? result.round(DECIMAL_DIGITS) : result;
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw divisionByZero();
        }
        return divisor;
    }

    private static double nonZero(double divisor) {
        if (divisor == 0.0) {
            throw divisionByZero();
        }
        return divisor;
    }

    private static RuntimeException divisionByZero() {
        return SqlState.DIVISION_BY_ZERO.failure("division by zero");
    }

    private interface LongResult {
        long get();
    }

    private static SqlKind kindOf(String sign) {
        return sign.equals("-") ? SqlKind.MINUS : SqlKind.PLUS;
    }

    private static Long exact(SqlKind kind, LongResult result) {
        try {
            return result.get();
        } catch (ArithmeticException _) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("the result of " + kind.sql + " does not fit into BIGINT");
        }
    }

    interface One {
        Object of(Object x);
    }

    interface Two {
        Object of(Object x, Object y);
    }

    interface Many {
        Object of(Object[] values);
    }

    /** NULL in, NULL out. */
    static Expr strict(Expr a, One f) {
        return (row, frame) -> {
            Object x = a.eval(row, frame);
            return x == null ? null : f.of(x);
        };
    }

    static Expr strict(Expr a, Expr b, Two f) {
        return (row, frame) -> {
            Object x = a.eval(row, frame);
            if (x == null) {
                return null;
            }
            Object y = b.eval(row, frame);
            return y == null ? null : f.of(x, y);
        };
    }

    static Expr strict(Expr[] arguments, Many f) {
        return (row, frame) -> {
            Object[] values = new Object[arguments.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments[i].eval(row, frame);
                if (values[i] == null) {
                    return null;
                }
            }
            return f.of(values);
        };
    }
}
