package io.nokv.sql.expr;

import io.nokv.sql.error.SqlState;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.calcite.avatica.util.DateTimeUtils;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;

/** Times and intervals: TIMESTAMP in milliseconds, DATE in days, TIME in milliseconds of the day, all UTC. */
final class DateTimes {
    private static final long DAY_MILLIS = 86_400_000L;

    private DateTimes() {}

    /** datetime plus (or, negated, minus) interval. */
    static Object plus(RelDataType type, Object value, boolean months, long amount) {
        try {
            return switch (type.getSqlTypeName()) {
                case DATE -> Math.toIntExact(months
                        ? addMonths((Integer) value * DAY_MILLIS, amount) / DAY_MILLIS
                        : (Integer) value + Math.floorDiv(amount, DAY_MILLIS));
                case TIME -> (int) Math.floorMod((Integer) value + amount, DAY_MILLIS);
                default -> months ? addMonths((Long) value, amount) : (Long) Math.addExact((Long) value, amount);
            };
        } catch (ArithmeticException | java.time.DateTimeException _) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("the time is out of range");
        }
    }

    private static Long addMonths(long millis, long months) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1000L),
                (int) Math.floorMod(millis, 1000L) * 1_000_000, ZoneOffset.UTC);
        return time.plusMonths(months).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /** a minus b as an interval: milliseconds, or months. */
    static Long between(RelDataType aType, Object a, RelDataType bType, Object b, boolean months) {
        long x = millis(aType, a);
        long y = millis(bType, b);
        if (!months) {
            return x - y;
        }
        LocalDateTime to = LocalDateTime.ofEpochSecond(Math.floorDiv(x, 1000L),
                (int) Math.floorMod(x, 1000L) * 1_000_000, ZoneOffset.UTC);
        LocalDateTime from = LocalDateTime.ofEpochSecond(Math.floorDiv(y, 1000L),
                (int) Math.floorMod(y, 1000L) * 1_000_000, ZoneOffset.UTC);
        return java.time.temporal.ChronoUnit.MONTHS.between(from, to);
    }

    private static long millis(RelDataType type, Object value) {
        return type.getSqlTypeName() == SqlTypeName.DATE ? (Integer) value * DAY_MILLIS : ((Number) value).longValue();
    }

    static Long extract(TimeUnitRange unit, RelDataType type, Object value) {
        if (type.getSqlTypeName() == SqlTypeName.DATE) {
            return switch (unit) {
                case HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, NANOSECOND -> 0L;
                case EPOCH -> (Integer) value * 86_400L;
                default -> DateTimeUtils.unixDateExtract(unit, (Integer) value);
            };
        }
        long millis = ((Number) value).longValue();
        long ofDay = Math.floorMod(millis, DAY_MILLIS);
        return switch (unit) {
            case HOUR -> ofDay / 3_600_000;
            case MINUTE -> ofDay / 60_000 % 60;
            case SECOND -> ofDay / 1000 % 60;
            case MILLISECOND -> ofDay % 60_000;
            case MICROSECOND -> ofDay % 60_000 * 1000;
            case NANOSECOND -> ofDay % 60_000 * 1_000_000;
            case EPOCH -> Math.floorDiv(millis, 1000L);
            default -> DateTimeUtils.unixDateExtract(unit, Math.floorDiv(millis, DAY_MILLIS));
        };
    }

    /** FLOOR and CEIL of a time to a unit. */
    static Object round(boolean up, TimeUnitRange unit, RelDataType type, Object value) {
        return switch (type.getSqlTypeName()) {
            case DATE -> (int) (up
                    ? DateTimeUtils.unixDateCeil(unit, (Integer) value)
                    : DateTimeUtils.unixDateFloor(unit, (Integer) value));
            case TIME -> (int) roundMillis(up, unit, (Integer) value);
            default -> switch (unit) {
                case HOUR, MINUTE, SECOND, MILLISECOND, DAY -> roundMillis(up, unit, (Long) value);
                default -> up
                        ? DateTimeUtils.unixTimestampCeil(unit, (Long) value)
                        : DateTimeUtils.unixTimestampFloor(unit, (Long) value);
            };
        };
    }

    private static long roundMillis(boolean up, TimeUnitRange unit, long millis) {
        long step = switch (unit) {
            case DAY -> DAY_MILLIS;
            case HOUR -> 3_600_000L;
            case MINUTE -> 60_000L;
            case SECOND -> 1000L;
            default -> 1L;
        };
        long floor = Math.floorDiv(millis, step) * step;
        return up && floor != millis ? floor + step : floor;
    }
}
