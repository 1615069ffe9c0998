package io.nokv.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.HexFormat;
import java.util.TimeZone;
import org.apache.calcite.avatica.AvaticaResultSet;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.QueryState;

/**
 * Rows. Failures while rows are fetched are SQLExceptions. A TIMESTAMP is an instant: as Timestamp and Instant it is that
 * instant, as text and LocalDateTime it is shown in UTC, whatever zone the program runs in.
 */
final class NokvResultSet extends AvaticaResultSet {
    private final ClientMeta client;
    private final Meta.StatementHandle owner;
    private boolean freed;

    NokvResultSet(AvaticaStatement statement, QueryState state, Meta.Signature signature, ResultSetMetaData metaData,
            TimeZone timeZone, Meta.Frame firstFrame) throws SQLException {
        super(statement, state, signature, metaData, timeZone, firstFrame);
        client = ((NokvConnection) statement.connection).client();
        owner = statement.handle;
    }

    @Override
    public boolean next() throws SQLException {
        return Errors.call(super::next);
    }

    /** Frees the rest of the result at the server, when there is a rest. */
    @Override
    public void close() {
        if (!freed) {
            freed = true;
            try {
                client.closeResult(owner);
            } catch (RuntimeException e) {
                // The server frees it with the statement or the connection.
            }
        }
        super.close();
    }

    /** Bytes as text are hexadecimal digits. */
    @Override
    public String getString(int column) throws SQLException {
        if (getMetaData().getColumnType(column) == Types.VARBINARY) {
            byte[] bytes = getBytes(column);
            return bytes == null ? null : HexFormat.of().formatHex(bytes);
        }
        return super.getString(column);
    }

    @Override
    public String getString(String label) throws SQLException {
        return getString(findColumn(label));
    }

    /** The instant, in whatever zone the program runs. */
    @Override
    public Timestamp getTimestamp(int column) throws SQLException {
        if (getMetaData().getColumnType(column) != Types.TIMESTAMP) {
            return super.getTimestamp(column);
        }
        long millis = getLong(column);
        return wasNull() ? null : new Timestamp(millis);
    }

    @Override
    public Timestamp getTimestamp(String label) throws SQLException {
        return getTimestamp(findColumn(label));
    }

    /** An instant needs no calendar. */
    @Override
    public Timestamp getTimestamp(int column, Calendar calendar) throws SQLException {
        return getTimestamp(column);
    }

    @Override
    public Timestamp getTimestamp(String label, Calendar calendar) throws SQLException {
        return getTimestamp(findColumn(label));
    }

    @Override
    public Object getObject(int column) throws SQLException {
        return getMetaData().getColumnType(column) == Types.TIMESTAMP ? getTimestamp(column) : super.getObject(column);
    }

    @Override
    public Object getObject(String label) throws SQLException {
        return getObject(findColumn(label));
    }

    @Override
    public <T> T getObject(String label, Class<T> type) throws SQLException {
        return getObject(findColumn(label), type);
    }

    @Override
    public <T> T getObject(int column, Class<T> type) throws SQLException {
        if (type == null) {
            throw new SQLException("the class to convert to is missing", "22023");
        }
        Object value = convert(column, type);
        return value == null || wasNull() ? null : type.cast(value);
    }

    private Object convert(int column, Class<?> type) throws SQLException {
        if (type == String.class) {
            return getString(column);
        } else if (type == Long.class) {
            return getLong(column);
        } else if (type == Integer.class) {
            return getInt(column);
        } else if (type == Short.class) {
            return getShort(column);
        } else if (type == Byte.class) {
            return getByte(column);
        } else if (type == Boolean.class) {
            return getBoolean(column);
        } else if (type == Double.class) {
            return getDouble(column);
        } else if (type == Float.class) {
            return getFloat(column);
        } else if (type == BigDecimal.class) {
            return getBigDecimal(column);
        } else if (type == BigInteger.class) {
            BigDecimal d = getBigDecimal(column);
            return d == null ? null : d.toBigInteger();
        } else if (type == byte[].class) {
            return getBytes(column);
        } else if (type == Timestamp.class) {
            return getTimestamp(column);
        } else if (type == Date.class) {
            return getDate(column);
        } else if (type == Time.class) {
            return getTime(column);
        } else if (type == Object.class) {
            return getObject(column);
        }
        return javaTime(column, type);
    }

    private Object javaTime(int column, Class<?> type) throws SQLException {
        int sqlType = getMetaData().getColumnType(column);
        if (type == LocalDate.class && sqlType == Types.DATE) {
            int days = getInt(column);
            return wasNull() ? null : LocalDate.ofEpochDay(days);
        }
        if (type == LocalTime.class && sqlType == Types.TIME) {
            int millis = getInt(column);
            return wasNull() ? null : LocalTime.ofNanoOfDay(millis * 1_000_000L);
        }
        boolean instant = type == Instant.class || type == OffsetDateTime.class || type == LocalDateTime.class;
        if (!instant || sqlType != Types.TIMESTAMP) {
            throw new SQLException("column " + column + " (" + getMetaData().getColumnTypeName(column)
                    + ") cannot be read as " + type.getName(), "22005");
        }
        long millis = getLong(column);
        if (wasNull()) {
            return null;
        }
        OffsetDateTime utc = Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
        return type == Instant.class ? utc.toInstant() : type == OffsetDateTime.class ? utc : utc.toLocalDateTime();
    }
}
