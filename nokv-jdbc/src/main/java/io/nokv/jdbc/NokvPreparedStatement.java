package io.nokv.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.sql.NClob;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import org.apache.calcite.avatica.AvaticaPreparedStatement;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.remote.TypedValue;

/**
 * A prepared statement. Beside what Avatica takes, parameters may be java.time values; LocalDateTime and LocalDate mean
 * UTC. Streams are read at once.
 */
final class NokvPreparedStatement extends AvaticaPreparedStatement implements NokvConnection.LocallyClosable {
    private final NokvConnection owner;

    NokvPreparedStatement(NokvConnection connection, Meta.StatementHandle h, Meta.Signature signature, int type,
            int concurrency, int holdability) throws SQLException {
        super(connection, h, signature, type, concurrency, holdability);
        owner = connection;
    }

    Meta.Signature signature() {
        return getSignature();
    }

    private boolean returnsRows() {
        return !getSignature().columns.isEmpty();
    }

    @Override
    public boolean execute() throws SQLException {
        return Errors.call(() -> {
            checkOpen();
            updateCount = -1;
            return owner.runPrepared(this, false) != null;
        });
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return Errors.call(() -> {
            checkOpen();
            if (!returnsRows()) {
                throw new SQLException("this statement returns no rows; use executeUpdate", "07005");
            }
            updateCount = -1;
            return owner.runPrepared(this, false);
        });
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        return Errors.call(() -> {
            checkOpen();
            if (returnsRows()) {
                throw new SQLException("this statement returns rows; use executeQuery", "07005");
            }
            owner.runPrepared(this, true);
            return updateCount;
        });
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        return parameterValueBatch.isEmpty() ? new long[0] : NokvStatement.batch(super::executeLargeBatch);
    }

    @Override
    public void cancel() throws SQLException {
        NokvStatement.cancel(owner.client(), handle);
    }

    @Override
    public void close() throws SQLException {
        Errors.call(() -> {
            super.close();
            return null;
        });
    }

    @Override
    public void closeLocally() {
        closed = true;
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        return super.getMoreResults(current == CLOSE_ALL_RESULTS ? CLOSE_CURRENT_RESULT : current);
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        checkOpen();
    }

    @Override
    public void setPoolable(boolean poolable) throws SQLException {
        checkOpen();
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        throw Errors.unsupported("returning generated keys");
    }

    // Parameters

    @Override
    public void setNull(int index, int sqlType, String typeName) throws SQLException {
        setNull(index, sqlType);
    }

    /** A Timestamp is an instant, so that neither calendars nor the zone of the program change it. */
    @Override
    public void setTimestamp(int index, Timestamp x) throws SQLException {
        getSite(index);
        slots[index - 1] = x == null
                ? TypedValue.EXPLICIT_NULL
                : TypedValue.ofSerial(ColumnMetaData.Rep.JAVA_SQL_TIMESTAMP, x.getTime());
    }

    @Override
    public void setTimestamp(int index, Timestamp x, Calendar calendar) throws SQLException {
        setTimestamp(index, x);
    }

    @Override
    public void setObject(int index, Object x) throws SQLException {
        Long instant = instant(x);
        if (instant != null) {
            setTimestamp(index, new Timestamp(instant));
        } else if (x instanceof java.math.BigInteger big) {
            setBigDecimal(index, new java.math.BigDecimal(big));
        } else if (x == null || x instanceof String || x instanceof Number || x instanceof Boolean
                || x instanceof byte[] || x instanceof java.util.Date || x instanceof Character) {
            super.setObject(index, x);
        } else {
            throw Errors.unsupported("a parameter of class " + x.getClass().getName());
        }
    }

    @Override
    public void setObject(int index, Object x, int sqlType) throws SQLException {
        Long instant = instant(x);
        if (instant != null) {
            setTimestamp(index, new Timestamp(instant));
        } else {
            super.setObject(index, x, sqlType == Types.TIMESTAMP_WITH_TIMEZONE ? Types.TIMESTAMP : sqlType);
        }
    }

    @Override
    public void setObject(int index, Object x, SQLType type) throws SQLException {
        setObject(index, x, type.getVendorTypeNumber());
    }

    @Override
    public void setObject(int index, Object x, SQLType type, int scale) throws SQLException {
        setObject(index, x, type.getVendorTypeNumber(), scale);
    }

    /** Milliseconds since the epoch, rounded down, or null when it is neither a Timestamp nor a date of java.time. */
    private static Long instant(Object x) {
        if (x instanceof Timestamp t) {
            return t.getTime();
        } else if (x instanceof Instant i) {
            return i.toEpochMilli();
        } else if (x instanceof OffsetDateTime t) {
            return t.toInstant().toEpochMilli();
        } else if (x instanceof ZonedDateTime t) {
            return t.toInstant().toEpochMilli();
        } else if (x instanceof LocalDateTime t) {
            return t.toInstant(ZoneOffset.UTC).toEpochMilli();
        } else if (x instanceof LocalDate d) {
            return d.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
        }
        return null;
    }

    private void setBytesOf(int index, InputStream x, long length) throws SQLException {
        try {
            setBytes(index, x == null ? null : length < 0 ? x.readAllBytes() : x.readNBytes(Math.toIntExact(length)));
        } catch (IOException e) {
            throw new SQLException("parameter " + index + " cannot be read: " + e.getMessage(), "22000", e);
        }
    }

    private void setTextOf(int index, Reader x, long length) throws SQLException {
        try {
            StringWriter text = new StringWriter();
            if (x != null) {
                x.transferTo(text);
            }
            String all = text.toString();
            setString(index, x == null
                    ? null
                    : length < 0 ? all : all.substring(0, (int) Math.min(length, all.length())));
        } catch (IOException e) {
            throw new SQLException("parameter " + index + " cannot be read: " + e.getMessage(), "22000", e);
        }
    }

    @Override
    public void setBinaryStream(int index, InputStream x) throws SQLException {
        setBytesOf(index, x, -1);
    }

    @Override
    public void setBinaryStream(int index, InputStream x, int length) throws SQLException {
        setBytesOf(index, x, length);
    }

    @Override
    public void setBinaryStream(int index, InputStream x, long length) throws SQLException {
        setBytesOf(index, x, length);
    }

    @Override
    public void setBlob(int index, InputStream x) throws SQLException {
        setBytesOf(index, x, -1);
    }

    @Override
    public void setBlob(int index, InputStream x, long length) throws SQLException {
        setBytesOf(index, x, length);
    }

    @Override
    public void setCharacterStream(int index, Reader x) throws SQLException {
        setTextOf(index, x, -1);
    }

    @Override
    public void setCharacterStream(int index, Reader x, int length) throws SQLException {
        setTextOf(index, x, length);
    }

    @Override
    public void setCharacterStream(int index, Reader x, long length) throws SQLException {
        setTextOf(index, x, length);
    }

    @Override
    public void setNCharacterStream(int index, Reader x) throws SQLException {
        setTextOf(index, x, -1);
    }

    @Override
    public void setNCharacterStream(int index, Reader x, long length) throws SQLException {
        setTextOf(index, x, length);
    }

    @Override
    public void setClob(int index, Reader x) throws SQLException {
        setTextOf(index, x, -1);
    }

    @Override
    public void setClob(int index, Reader x, long length) throws SQLException {
        setTextOf(index, x, length);
    }

    @Override
    public void setNClob(int index, Reader x) throws SQLException {
        setTextOf(index, x, -1);
    }

    @Override
    public void setNClob(int index, Reader x, long length) throws SQLException {
        setTextOf(index, x, length);
    }

    @Override
    public void setNString(int index, String x) throws SQLException {
        setString(index, x);
    }

    @Override
    public void setNClob(int index, NClob x) throws SQLException {
        throw Errors.unsupported("an NCLOB parameter");
    }

    @Override
    public void setRowId(int index, RowId x) throws SQLException {
        throw Errors.unsupported("a ROWID parameter");
    }

    @Override
    public void setSQLXML(int index, SQLXML x) throws SQLException {
        throw Errors.unsupported("an XML parameter");
    }

    @Override
    public void setAsciiStream(int index, InputStream x) throws SQLException {
        throw Errors.unsupported("an ASCII stream parameter");
    }

    @Override
    public void setAsciiStream(int index, InputStream x, long length) throws SQLException {
        throw Errors.unsupported("an ASCII stream parameter");
    }
}
