package io.nokv.sql.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sql.http.EndpointFixture.Way;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Calendar;
import java.util.TimeZone;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every driver: ours, and the stock one with either codec. */
class DriversTest {
    private static EndpointFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new EndpointFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
        assertEquals(0, fixture.engine.openResults.get(), "every result was closed");
        assertEquals(0, fixture.engine.openSessions.get(), "every session was closed");
    }

    @BeforeEach
    void empty() throws SQLException {
        try (Connection c = fixture.connect(Way.OURS); Statement s = c.createStatement()) {
            s.executeUpdate("DELETE FROM kv");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void everyTypeArrivesWithItsValueAndItsNull(Way way) throws SQLException {
        try (Connection c = fixture.connect(way);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT * FROM every_type")) {
            assertTrue(r.next());
            assertEquals("héllo wörld ✓ 日本", r.getString(1));
            assertEquals(42L, r.getObject(2));
            assertEquals(7, r.getObject(3));
            assertEquals(1.5, r.getObject(4));
            assertEquals(new BigDecimal("12345.678"), r.getBigDecimal(5));
            assertEquals(true, r.getObject(6));
            assertArrayEquals(new byte[]{0, 1, -1, 127}, r.getBytes(7));
            assertEquals(1_700_000_000_123L, r.getTimestamp(8).getTime());
            assertEquals("2023-11-14 22:13:20.123", r.getString(8));
            assertEquals("2023-11-14", r.getString(9));
            assertEquals("12:34:56.789", r.getString(10));
            assertTrue(r.next());
            assertEquals("", r.getString(1));
            assertEquals(Long.MAX_VALUE, r.getLong(2));
            assertEquals(Integer.MIN_VALUE, r.getInt(3));
            assertEquals("1.0", r.getString(4));
            assertEquals("-0.001", r.getString(5));
            assertArrayEquals(new byte[0], r.getBytes(7));
            assertEquals("1969-12-31 23:59:59.999", r.getString(8));
            assertTrue(r.next());
            for (int i = 1; i <= 10; i++) {
                assertNull(r.getObject(i), "column " + i);
                assertTrue(r.wasNull());
            }
            assertFalse(r.next());
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void parametersOfEveryTypeComeBack(Way way) throws SQLException {
        try (Connection c = fixture.connect(way)) {
            assertEquals("ünïcode ✓", echo(c, "VARCHAR", "ünïcode ✓", Types.VARCHAR).getString(1));
            assertEquals(Long.MIN_VALUE, echo(c, "BIGINT", Long.MIN_VALUE, Types.BIGINT).getLong(1));
            assertEquals(5L, echo(c, "BIGINT", 5, Types.INTEGER).getLong(1));
            assertEquals(5L, echo(c, "BIGINT", "5", Types.VARCHAR).getLong(1));
            assertEquals(0.25, echo(c, "DOUBLE", 0.25, Types.DOUBLE).getDouble(1));
            assertEquals(new BigDecimal("1.2500"),
                    echo(c, "DECIMAL", new BigDecimal("1.2500"), Types.DECIMAL).getBigDecimal(1));
            assertTrue(echo(c, "BOOLEAN", true, Types.BOOLEAN).getBoolean(1));
            assertArrayEquals(new byte[]{-128, 0, 9},
                    echo(c, "VARBINARY", new byte[]{-128, 0, 9}, Types.VARBINARY).getBytes(1));
            assertNull(echo(c, "VARCHAR", null, Types.VARCHAR).getString(1));
            try (PreparedStatement p = c.prepareStatement("ECHO TIMESTAMP")) {
                p.setTimestamp(1, new Timestamp(1_234_567_890_123L), Calendar.getInstance(TimeZone.getTimeZone("UTC")));
                ResultSet r = p.executeQuery();
                assertTrue(r.next());
                assertEquals(1_234_567_890_123L, r.getTimestamp(1).getTime());
            }
        }
    }

    private static ResultSet echo(Connection c, String type, Object value, int sqlType) throws SQLException {
        PreparedStatement p = c.prepareStatement("ECHO " + type);
        if (value == null) {
            p.setNull(1, sqlType);
        } else {
            p.setObject(1, value, sqlType);
        }
        ResultSet r = p.executeQuery();
        assertTrue(r.next());
        return r;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aParameterThatCannotBeConvertedIsRefusedByItsNumber(Way way) throws SQLException {
        try (Connection c = fixture.connect(way); PreparedStatement p = c.prepareStatement("ECHO BIGINT")) {
            p.setString(1, "five");
            SQLException e = assertThrows(SQLException.class, p::executeQuery);
            assertEquals("22P02", e.getSQLState());
            assertTrue(e.getMessage().contains("parameter 1"), e.getMessage());
            p.setBigDecimal(1, new BigDecimal("1.5"));
            assertEquals("22003", assertThrows(SQLException.class, p::executeQuery).getSQLState());
            p.setLong(1, 3);
            assertTrue(p.executeQuery().next(), "the statement still works");
        }
    }

    /** Spark sends 0, and got an empty table from Avatica's own server. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void fetchSizeZeroReadsAllRows(Way way) throws SQLException {
        try (Connection c = fixture.connect(way)) {
            for (int fetchSize : new int[]{0, 1, 100, 7_000}) {
                int rows = fetchSize == 1 ? 50 : 3_210;
                try (PreparedStatement p = c.prepareStatement("SELECT * FROM numbers(" + rows + ")")) {
                    p.setFetchSize(fetchSize);
                    assertEquals(rows, count(p.executeQuery()), "prepared, fetch size " + fetchSize);
                }
                try (Statement s = c.createStatement()) {
                    s.setFetchSize(fetchSize);
                    assertEquals(rows, count(s.executeQuery("SELECT * FROM numbers(" + rows + ")")),
                            "statement, fetch size " + fetchSize);
                }
            }
        }
    }

    private static int count(ResultSet r) throws SQLException {
        int n = 0;
        while (r.next()) {
            assertEquals(n, r.getLong(1));
            n++;
        }
        return n;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aLargeResultStreamsInBoundedFrames(Way way) throws SQLException {
        try (Connection c = fixture.connect(way); Statement s = c.createStatement()) {
            long before = fixture.engine.rowsRead.get();
            ResultSet r = s.executeQuery("SELECT * FROM numbers(100000)");
            assertTrue(r.next());
            long first = fixture.engine.rowsRead.get() - before;
            assertTrue(first <= 5_001, "rows read for the first frame: " + first);
            r.close();
            before = fixture.engine.rowsRead.get();
            ResultSet wide = s.executeQuery("SELECT * FROM wide(200)");
            assertTrue(wide.next());
            long wideRows = fixture.engine.rowsRead.get() - before;
            assertTrue(wideRows <= 12, "a frame ends at about 1 MiB: " + wideRows + " rows of 100 kB were read");
            int rows = 1;
            while (wide.next()) {
                rows++;
            }
            assertEquals(200, rows);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void setMaxRowsLimitsStatements(Way way) throws SQLException {
        try (Connection c = fixture.connect(way); Statement s = c.createStatement()) {
            s.setMaxRows(5);
            assertEquals(5, count(s.executeQuery("SELECT * FROM numbers(3210)")));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void updateCountsAreLong(Way way) throws SQLException {
        try (Connection c = fixture.connect(way); Statement s = c.createStatement()) {
            assertEquals(5_000_000_000L, s.executeLargeUpdate("UPDATE kv SET v = v + 5000000000"));
            assertEquals(Integer.MAX_VALUE, s.executeUpdate("UPDATE kv SET v = v + 5000000000"));
            try (PreparedStatement p = c.prepareStatement("UPDATE kv SET v = v + 5000000000")) {
                assertEquals(5_000_000_000L, p.executeLargeUpdate());
                assertFalse(p.execute());
                assertEquals(5_000_000_000L, p.getLargeUpdateCount());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void errorsHaveTheirStateAndNoStackTrace(Way way) throws SQLException {
        try (Connection c = fixture.connect(way); Statement s = c.createStatement()) {
            SQLException syntax = assertThrows(SQLException.class, () -> s.executeQuery("SELEKT 1"));
            assertEquals("42601", syntax.getSQLState());
            assertTrue(syntax.getMessage().contains("'SELEKT 1' is not understood [SYNTAX]"), syntax.getMessage());
            assertEquals("42601",
                    assertThrows(SQLException.class, () -> c.prepareStatement("SELEKT 1")).getSQLState());
            SQLException crash = assertThrows(SQLException.class, () -> s.executeQuery("CRASH"));
            assertEquals("XX000", crash.getSQLState());
            java.io.StringWriter all = new java.io.StringWriter();
            crash.printStackTrace(new java.io.PrintWriter(all));
            assertFalse(all.toString().contains("secret"), all.toString());
            assertFalse(all.toString().contains("FakeSession"), all.toString());
            s.executeUpdate("INSERT INTO kv VALUES ('a', 1)");
            assertEquals("23505", assertThrows(SQLException.class,
                    () -> s.executeUpdate("INSERT INTO kv VALUES ('a', 1)")).getSQLState());
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aResultThatFailsInTheMiddleFailsThere(Way way) throws SQLException {
        try (Connection c = fixture.connect(way);
                PreparedStatement p = c.prepareStatement("SELECT * FROM fails(250)")) {
            p.setFetchSize(100);
            ResultSet r = p.executeQuery();
            int rows = 0;
            Exception failure = null;
            try {
                while (r.next()) {
                    rows++;
                }
            } catch (SQLException | RuntimeException e) {
                failure = e;
            }
            assertTrue(rows >= 199, rows + " rows came before the failure; Avatica's reader looks one row ahead");
            assertTrue(failure != null && failure.toString().contains("division by zero"), String.valueOf(failure));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void transactionsCommitRollBackAndConflict(Way way) throws SQLException {
        try (Connection c = fixture.connect(way); Connection other = fixture.connect(way)) {
            assertTrue(c.getAutoCommit());
            assertFalse(c.isReadOnly());
            assertEquals(Connection.TRANSACTION_REPEATABLE_READ, c.getTransactionIsolation());
            c.setAutoCommit(false);
            assertFalse(c.getAutoCommit());
            update(c, "INSERT INTO kv VALUES ('a', 1)");
            assertEquals(-1, fixture.engine.valueOf("a"), "not committed yet");
            c.commit();
            assertEquals(1, fixture.engine.valueOf("a"));
            update(c, "UPDATE kv SET v = v + 1 WHERE k = 'a'");
            c.rollback();
            assertEquals(1, fixture.engine.valueOf("a"));
            update(c, "UPDATE kv SET v = v + 1 WHERE k = 'a'");
            update(other, "UPDATE kv SET v = v + 1 WHERE k = 'a'");
            Exception conflict = assertThrows(Exception.class, c::commit, "conflict");
            assertEquals("40001", switch (conflict) {
                case SQLException e -> e.getSQLState();
                // The stock driver lets failures of commit() through as they are.
                case AvaticaClientRuntimeException e -> e.getSqlState();
                default -> conflict.toString();
            });
            assertEquals(2, fixture.engine.valueOf("a"));
            c.rollback();
        }
    }

    private static void update(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.executeUpdate(sql);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void commitInAutocommitModeIsAnErrorAndRollbackIsNot(Way way) throws SQLException {
        try (Connection c = fixture.connect(way)) {
            c.rollback();
            Exception e = assertThrows(Exception.class, c::commit);
            assertTrue(e.toString().contains("NO_TRANSACTION"), e.toString());
        }
    }

    /** One transaction in autocommit mode: a batch that fails at its third row leaves nothing. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void aBatchIsAllOrNothing(Way way) throws SQLException {
        try (Connection c = fixture.connect(way)) {
            try (PreparedStatement p = c.prepareStatement("INSERT INTO kv VALUES (?, ?)")) {
                for (String key : new String[]{"a", "b", "a", "c"}) {
                    p.setString(1, key);
                    p.setLong(2, 1);
                    p.addBatch();
                }
                assertThrows(SQLException.class, p::executeBatch);
                assertEquals(0, fixture.engine.size());
                for (int i = 0; i < 100; i++) {
                    p.setString(1, "k" + i);
                    p.setLong(2, i);
                    p.addBatch();
                }
                assertEquals(100, p.executeBatch().length);
                assertEquals(100, fixture.engine.size());
                assertTrue(c.getAutoCommit());
            }
            try (Statement s = c.createStatement()) {
                s.addBatch("UPDATE kv SET v = v + 1 WHERE k = 'k7'");
                s.addBatch("INSERT INTO kv VALUES ('z', 26)");
                assertArrayEquals(new int[]{1, 1}, s.executeBatch());
                assertEquals(8, fixture.engine.valueOf("k7"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void twoResultsOfOneConnectionAreReadAlternately(Way way) throws SQLException {
        try (Connection c = fixture.connect(way);
                PreparedStatement a = c.prepareStatement("SELECT * FROM numbers(500)");
                PreparedStatement b = c.prepareStatement("SELECT * FROM numbers(500)")) {
            a.setFetchSize(10);
            b.setFetchSize(10);
            ResultSet ra = a.executeQuery();
            ResultSet rb = b.executeQuery();
            for (int i = 0; i < 500; i++) {
                assertTrue(ra.next());
                assertTrue(rb.next());
                assertEquals(ra.getString(2), rb.getString(2));
            }
            assertFalse(ra.next());
            assertFalse(rb.next());
            assertTrue(a.executeQuery().next(), "executed again");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void metadataListsTablesColumnsAndTypes(Way way) throws SQLException {
        try (Connection c = fixture.connect(way)) {
            try (ResultSet r = c.getMetaData().getTables(null, null, "%", new String[]{"TABLE"})) {
                assertTrue(r.next());
                assertEquals("every_type", r.getString("TABLE_NAME"));
                assertEquals("NOKV", r.getString("TABLE_SCHEM"));
                assertTrue(r.next());
                assertEquals("kv", r.getString("TABLE_NAME"));
                assertEquals("keys and values", r.getString("REMARKS"));
                assertFalse(r.next());
            }
            try (ResultSet r = c.getMetaData().getColumns(null, "nokv", "KV", "%")) {
                assertTrue(r.next());
                assertEquals("k", r.getString("COLUMN_NAME"));
                assertEquals("VARCHAR", r.getString("TYPE_NAME"));
                assertEquals(255, r.getInt("COLUMN_SIZE"));
                assertEquals("the key", r.getString("REMARKS"));
                assertTrue(r.next());
                assertEquals("BIGINT", r.getString("TYPE_NAME"));
                assertEquals(19, r.getInt("COLUMN_SIZE"));
                assertEquals(Types.BIGINT, r.getInt("DATA_TYPE"));
                assertEquals("NO", r.getString("IS_NULLABLE"));
                assertEquals(2, r.getInt("ORDINAL_POSITION"));
                assertFalse(r.next());
            }
            try (ResultSet r = c.getMetaData().getColumns(null, null, "every\\_type", "c\\_d%")) {
                int n = 0;
                while (r.next()) {
                    assertTrue(r.getString(4).startsWith("c_d"));
                    n++;
                }
                assertEquals(3, n, "double, decimal, date");
            }
            try (ResultSet r = c.getMetaData().getTypeInfo()) {
                int n = 0;
                while (r.next()) {
                    n++;
                }
                assertEquals(10, n);
            }
            try (ResultSet r = c.getMetaData().getSchemas()) {
                assertTrue(r.next());
                assertEquals("NOKV", r.getString(1));
                assertFalse(r.next());
            }
            try (ResultSet r = c.getMetaData().getTableTypes()) {
                assertTrue(r.next());
                assertEquals("TABLE", r.getString(1));
                assertTrue(r.next());
                assertEquals("VIEW", r.getString(1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anUnknownMountIsRefusedByName(Way way) {
        Exception e = assertThrows(Exception.class, () -> java.sql.DriverManager
                .getConnection(fixture.url(way, fixture.port()).replace("/main", "/nowhere")).close());
        assertTrue(e.toString().contains("mount 'nowhere' does not exist"), e.toString());
    }
}
