package io.nokv.sql.avatica;

import io.nokv.sql.api.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.avatica.util.Base64;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.avatica.remote.TypedValue;

/**
 * Bound values as the engine wants them. A client may bind another type than the statement expects (setInt for a
 * BIGINT, setString for a TIMESTAMP): what converts without loss is converted, everything else is refused with 22P02 or
 * 22003, naming the parameter.
 */
final class Parameters {
    private static final long DAY_MILLIS = 86_400_000L;

    private Parameters() {}

    /** @param values one per parameter; a null element means that the client did not bind it */
    static List<Object> bind(List<Column.Type> types, List<TypedValue> values) {
        int given = values == null ? 0 : values.size();
        if (given != types.size()) {
            throw Failures.of("07001", "PARAMETER_COUNT",
                    "the statement has " + types.size() + " parameters, " + given + " values were bound");
        }
        List<Object> out = new ArrayList<>(given);
        for (int i = 0; i < given; i++) {
            TypedValue value = values.get(i);
            if (value == null) {
                throw Failures.of("07002", "PARAMETER_NOT_SET", "parameter " + (i + 1) + " is not set");
            }
            out.add(value.value == null ? null : convert(types.get(i), natural(value), i + 1));
        }
        return out;
    }

    /** The value in the engine's own form, by what the client said it is. */
    private static Object natural(TypedValue typed) {
        Object local = typed.toLocal();
        return switch (local) {
            case ByteString bytes -> bytes.getBytes();
            case Byte b -> (Integer) b.intValue();
            case Short s -> (Integer) s.intValue();
            case Float f -> (Double) f.doubleValue();
            case Character c -> c.toString();
            case BigInteger i -> new BigDecimal(i);
            default -> local;
        };
    }

    private static Object convert(Column.Type type, Object v, int index) {
        try {
            return switch (type) {
                case BOOLEAN -> toBoolean(v);
                case INTEGER -> integer(v).intValueExact();
                case BIGINT -> integer(v).longValueExact();
                case DOUBLE -> v instanceof Number n ? (Object) n.doubleValue() : Double.valueOf(text(v).trim());
                case DECIMAL -> decimal(v);
                case VARCHAR -> v instanceof byte[] ? mismatch() : text(v);
                case VARBINARY -> v instanceof byte[] b ? b : v instanceof String s ? Base64.decode(s) : mismatch();
                case TIMESTAMP -> timestamp(v);
                case DATE -> date(v);
                case TIME -> v instanceof Number ? (Object) integer(v).intValueExact() : mismatch();
                case NULL -> v;
            };
        } catch (ArithmeticException _) {
            throw Failures.of("22003", "OUT_OF_RANGE", describe(index, type, v) + " is out of range or not whole");
        } catch (IllegalArgumentException | DateTimeParseException | java.io.IOException _) {
            throw Failures.of("22P02", "BAD_PARAMETER", describe(index, type, v) + " cannot be converted");
        }
    }

    private static String describe(int index, Column.Type type, Object v) {
        String shown = v instanceof byte[] b ? b.length + " bytes" : "'" + v + "'";
        return "parameter " + index + ": " + (shown.length() > 100 ? shown.substring(0, 100) + "..." : shown) + " as "
                + type;
    }

    private static Object mismatch() {
        throw new IllegalArgumentException();
    }

    private static String text(Object v) {
        return v instanceof BigDecimal d ? d.toPlainString() : v.toString();
    }

    private static Object toBoolean(Object v) {
        return switch (v) {
            case Boolean b -> b;
            case Number n -> n.doubleValue() != 0;
            default -> switch (text(v).trim().toLowerCase(Locale.ROOT)) {
                case "true", "t", "1" -> true;
                case "false", "f", "0" -> false;
                default -> throw new IllegalArgumentException();
            };
        };
    }

    private static BigDecimal decimal(Object v) {
        return switch (v) {
            case BigDecimal d -> d;
            case Integer i -> BigDecimal.valueOf(i);
            case Long l -> BigDecimal.valueOf(l);
            case Double d -> BigDecimal.valueOf(d);
            case Boolean b -> b ? BigDecimal.ONE : BigDecimal.ZERO;
            case String s -> new BigDecimal(s.trim());
            default -> throw new IllegalArgumentException();
        };
    }

    private static BigDecimal integer(Object v) {
        return decimal(v);
    }

    private static Object timestamp(Object v) {
        return switch (v) {
            case Number _ -> integer(v).longValueExact();
            case String s -> LocalDateTime.parse(s.trim().replace(' ', 'T')).toInstant(ZoneOffset.UTC).toEpochMilli();
            default -> throw new IllegalArgumentException();
        };
    }

    /** A date comes as days; setTimestamp for a DATE comes as milliseconds and must be a midnight. */
    private static Object date(Object v) {
        return switch (v) {
            case Integer days -> days;
            case Long millis when millis % DAY_MILLIS == 0 -> Math.toIntExact(millis / DAY_MILLIS);
            case Long _ -> throw new ArithmeticException();
            case String s -> Math.toIntExact(LocalDate.parse(s.trim()).toEpochDay());
            default -> throw new IllegalArgumentException();
        };
    }
}
