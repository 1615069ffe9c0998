package io.nokv.sql.expr;

import io.nokv.sql.error.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** CAST. A text that does not mean the type is 22P02 (22007 for times), a number that does not fit is 22003. */
public final class Casts {
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendPattern("HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).toFormatter(Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final long DAY_MILLIS = 86_400_000L;

    private Casts() {}

    interface Cast {
        Object of(Object value);
    }

    /** From a value of {@code from} to one of {@code to}; not for null. */
    static Cast of(RelDataType from, RelDataType to) {
        SqlTypeName target = to.getSqlTypeName();
        if (from.getSqlTypeName() == target && SqlTypeUtil.isDatetime(from)) {
            return value -> value;
        }
        if (SqlTypeUtil.isInterval(to)) {
            return value -> value instanceof String s ? refuse(s, "INTERVAL") : whole((Number) value);
        }
        return switch (target) {
            case TINYINT, SMALLINT, INTEGER, BIGINT -> value -> Arithmetic.fit(to, toWhole(value, target.getName()));
            case DECIMAL -> value -> toDecimal(value, to);
            case FLOAT, REAL, DOUBLE -> Casts::toDouble;
            case BOOLEAN -> Casts::toBoolean;
            case CHAR, VARCHAR -> value -> fitText(toText(value, from), to);
            case BINARY, VARBINARY -> value -> value instanceof String s ? s.getBytes(StandardCharsets.UTF_8) : value;
            case DATE -> value -> toDate(value, from.getSqlTypeName());
            case TIME -> value -> toTime(value, from.getSqlTypeName());
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> value -> toTimestamp(value, from.getSqlTypeName());
            case ANY, NULL -> value -> value;
            default -> throw SqlState.NOT_SUPPORTED.failure("CAST to " + to + " is not supported");
        };
    }

    private static Long whole(Number n) {
        return n.longValue();
    }

    private static long toWhole(Object value, String type) {
        return switch (value) {
            case Integer i -> i;
            case Long l -> l;
            case BigDecimal d -> Arithmetic.toLong(d.setScale(0, RoundingMode.DOWN));
            case Double d when Double.isNaN(d) || Double.isInfinite(d) ->
                throw SqlState.NUMERIC_OUT_OF_RANGE.failure(d + " does not fit into " + type);
            case Double d -> Arithmetic.toLong(new BigDecimal(d).setScale(0, RoundingMode.DOWN));
            case Boolean b -> b ? 1 : 0;
            case String s -> Arithmetic.toLong(parseDecimal(s, type).setScale(0, RoundingMode.DOWN));
            default -> throw new AssertionError(type);
        };
    }

    private static BigDecimal toDecimal(Object value, RelDataType to) {
        BigDecimal exact = switch (value) {
            case String s -> parseDecimal(s, "DECIMAL");
            case Double d when Double.isNaN(d) || Double.isInfinite(d) ->
                throw SqlState.NUMERIC_OUT_OF_RANGE.failure(d + " does not fit into DECIMAL");
            case Double d -> BigDecimal.valueOf(d);
            case Boolean b -> b ? BigDecimal.ONE : BigDecimal.ZERO;
            default -> Values.decimal((Number) value);
        };
        BigDecimal scaled = exact.setScale(to.getScale(), RoundingMode.HALF_UP);
        if (scaled.precision() > to.getPrecision()) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure(exact.toPlainString() + " does not fit into DECIMAL("
                    + to.getPrecision() + ", " + to.getScale() + ")");
        }
        return scaled;
    }

    private static BigDecimal parseDecimal(String text, String type) {
        try {
            BigDecimal value = new BigDecimal(text.strip());
            if (Math.abs((long) value.scale()) > 400) {
                throw SqlState.NUMERIC_OUT_OF_RANGE.failure("'" + shorten(text) + "' does not fit into " + type);
            }
            return value;
        } catch (NumberFormatException _) {
            throw invalid(text, type);
        }
    }

    private static Double toDouble(Object value) {
        if (value instanceof String s) {
            try {
                return Double.valueOf(s.strip());
            } catch (NumberFormatException _) {
                throw invalid(s, "DOUBLE");
            }
        }
        return ((Number) value).doubleValue();
    }

    private static Boolean toBoolean(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case Number n -> n.doubleValue() != 0;
            default -> switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
                case "true", "t", "yes", "on", "1" -> true;
                case "false", "f", "no", "off", "0" -> false;
                default -> throw invalid(value.toString(), "BOOLEAN");
            };
        };
    }

    private static String fitText(String text, RelDataType to) {
        int limit = to.getPrecision();
        if (limit < 0) {
            return text;
        }
        int length = text.codePointCount(0, text.length());
        if (length > limit) {
            return text.substring(0, text.offsetByCodePoints(0, limit));
        }
        return to.getSqlTypeName() == SqlTypeName.CHAR && length < limit ? text + " ".repeat(limit - length) : text;
    }

    /** A value as CAST to VARCHAR shows it. */
    public static String toText(Object value, RelDataType from) {
        return switch (from.getSqlTypeName()) {
            case BOOLEAN -> (Boolean) value ? "TRUE" : "FALSE";
            case DATE -> DATE.format(LocalDate.ofEpochDay((Integer) value));
            case TIME -> time((Integer) value * 1_000_000L);
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp((Long) value);
            case DECIMAL -> ((BigDecimal) value).toPlainString();
            case BINARY, VARBINARY -> HexFormat.of().formatHex((byte[]) value);
            default -> value.toString();
        };
    }

    private static String time(long nanoOfDay) {
        LocalTime t = LocalTime.ofNanoOfDay(nanoOfDay);
        String text = String.format(Locale.ROOT, "%02d:%02d:%02d", t.getHour(), t.getMinute(), t.getSecond());
        int millis = t.getNano() / 1_000_000;
        return millis == 0 ? text : text + String.format(Locale.ROOT, ".%03d", millis);
    }

    private static String timestamp(long millis) {
        long day = Math.floorDiv(millis, DAY_MILLIS);
        return DATE.format(LocalDate.ofEpochDay(day)) + " " + time(Math.floorMod(millis, DAY_MILLIS) * 1_000_000L);
    }

    private static Integer toDate(Object value, SqlTypeName from) {
        if (value instanceof String s) {
            try {
                return Math.toIntExact(LocalDate.parse(s.strip(), DATE).toEpochDay());
            } catch (DateTimeException | ArithmeticException _) {
                return (int) Math.floorDiv(parseTimestamp(s, "DATE"), DAY_MILLIS);
            }
        }
        return from == SqlTypeName.DATE ? (Integer) value : (Integer) (int) Math.floorDiv((Long) value, DAY_MILLIS);
    }

    private static Integer toTime(Object value, SqlTypeName from) {
        if (value instanceof String s) {
            try {
                return (int) (LocalTime.parse(s.strip(), TIME).toNanoOfDay() / 1_000_000L);
            } catch (DateTimeException _) {
                throw SqlState.INVALID_DATETIME.failure("'" + shorten(s) + "' is no TIME");
            }
        }
        return from == SqlTypeName.TIME ? (Integer) value : (Integer) (int) Math.floorMod((Long) value, DAY_MILLIS);
    }

    private static Long toTimestamp(Object value, SqlTypeName from) {
        return switch (value) {
            case String s -> parseTimestamp(s, "TIMESTAMP");
            case Integer days when from == SqlTypeName.DATE -> days * DAY_MILLIS;
            default -> ((Number) value).longValue();
        };
    }

    private static long parseTimestamp(String text, String type) {
        String s = text.strip().replace('T', ' ');
        if (s.endsWith("Z")) {
            s = s.substring(0, s.length() - 1);
        }
        int space = s.indexOf(' ');
        try {
            LocalDate date = LocalDate.parse(space < 0 ? s : s.substring(0, space), DATE);
            LocalTime time = space < 0 ? LocalTime.MIDNIGHT : LocalTime.parse(s.substring(space + 1).strip(), TIME);
            return LocalDateTime.of(date, time).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException _) {
            throw SqlState.INVALID_DATETIME.failure("'" + shorten(text) + "' is no " + type);
        }
    }

    private static Object refuse(String text, String type) {
        throw invalid(text, type);
    }

    private static RuntimeException invalid(String text, String type) {
        return SqlState.INVALID_TEXT.failure("'" + shorten(text) + "' is no " + type);
    }

    private static String shorten(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }
}
