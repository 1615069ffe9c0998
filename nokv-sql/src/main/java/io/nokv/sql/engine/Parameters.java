package io.nokv.sql.engine;

import io.nokv.sql.api.Column;
import io.nokv.sql.error.SqlState;
import java.math.BigDecimal;
import java.util.List;

/** Parameters in the classes that the plan expects. */
final class Parameters {
    private static final Object[] NONE = {};

    private Parameters() {}

    /** 22023 for a wrong number of values, 22P02 or 22003 for a value that does not fit its type. */
    static Object[] bind(List<Object> values, List<Column.Type> types) {
        if (values.size() != types.size()) {
            throw SqlState.INVALID_PARAMETER.failure(
                    "the statement has " + types.size() + " parameters, " + values.size() + " values are bound");
        }
        if (types.isEmpty()) {
            return NONE;
        }
        Object[] bound = new Object[types.size()];
        for (int i = 0; i < bound.length; i++) {
            bound[i] = values.get(i) == null ? null : bind(values.get(i), types.get(i), i + 1);
        }
        return bound;
    }

    private static Object bind(Object value, Column.Type type, int ordinal) {
        return switch (type) {
            case INTEGER -> value instanceof Integer ? value : (Object) narrow(number(value, type, ordinal), ordinal);
            case DATE, TIME -> value instanceof Integer
                    ? value
                    : (Object) (int) whole(number(value, type, ordinal),
                            ordinal);
            case BIGINT, TIMESTAMP -> value instanceof Long
                    ? value
                    : (Object) whole(number(value, type, ordinal), ordinal);
            case DOUBLE -> value instanceof Double ? value : (Object) number(value, type, ordinal).doubleValue();
            case DECIMAL -> number(value, type, ordinal);
            case BOOLEAN -> value instanceof Boolean ? value : bool(value, ordinal);
            case VARCHAR -> value instanceof byte[] ? wrong(value, type, ordinal) : value.toString();
            case VARBINARY -> value instanceof byte[] ? value : wrong(value, type, ordinal);
            case NULL -> value;
        };
    }

    private static BigDecimal number(Object value, Column.Type type, int ordinal) {
        return switch (value) {
            case BigDecimal d -> d;
            case Double d when !Double.isNaN(d) && !Double.isInfinite(d) -> BigDecimal.valueOf(d);
            case Float f when !Float.isNaN(f) && !Float.isInfinite(f) -> BigDecimal.valueOf(f);
            case Long l -> BigDecimal.valueOf(l);
            case Integer i -> BigDecimal.valueOf(i);
            case Short s -> BigDecimal.valueOf(s);
            case Byte b -> BigDecimal.valueOf(b);
            case java.math.BigInteger b -> new BigDecimal(b);
            case Boolean b -> b ? BigDecimal.ONE : BigDecimal.ZERO;
            case String s -> parse(s, type, ordinal);
            default -> (BigDecimal) wrong(value, type, ordinal);
        };
    }

    private static BigDecimal parse(String text, Column.Type type, int ordinal) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException _) {
            throw SqlState.INVALID_TEXT.failure("parameter " + ordinal + " is no " + type + ": '" + text + "'");
        }
    }

    private static Integer narrow(BigDecimal value, int ordinal) {
        long whole = whole(value, ordinal);
        if (whole != (int) whole) {
            throw SqlState.NUMERIC_OUT_OF_RANGE
                    .failure("parameter " + ordinal + " does not fit into INTEGER: " + value);
        }
        return (int) whole;
    }

    private static long whole(BigDecimal value, int ordinal) {
        try {
            return value.setScale(0, java.math.RoundingMode.DOWN).longValueExact();
        } catch (ArithmeticException _) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("parameter " + ordinal + " does not fit into BIGINT: " + value);
        }
    }

    private static Object bool(Object value, int ordinal) {
        return switch (value) {
            case Number n -> n.doubleValue() != 0;
            case String s when s.equalsIgnoreCase("true") -> true;
            case String s when s.equalsIgnoreCase("false") -> false;
            default -> wrong(value, Column.Type.BOOLEAN, ordinal);
        };
    }

    private static Object wrong(Object value, Column.Type type, int ordinal) {
        String shown = value instanceof byte[] bytes ? bytes.length + " bytes" : "'" + value + "'";
        throw SqlState.INVALID_TEXT.failure("parameter " + ordinal + " is no " + type + ": " + shown);
    }
}
