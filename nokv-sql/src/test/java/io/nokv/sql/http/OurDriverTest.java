package io.nokv.sql.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sql.http.EndpointFixture.Way;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What our driver does and the stock one cannot. */
class OurDriverTest {
    private EndpointFixture fixture;
    private LossyProxy proxy;

    @BeforeEach
    void start() throws Exception {
        fixture = new EndpointFixture();
        proxy = new LossyProxy(fixture.port());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        fixture.close();
        assertEquals(0, fixture.engine.openResults.get(), "every result was closed");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(fixture.url(Way.OURS, proxy.port()));
    }

    private static void update(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.executeUpdate(sql);
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    /** The stock driver counts one and the server two. */
    @Test
    void anUpdateWhoseAnswerIsLostIsAppliedOnce() throws SQLException {
        try (Connection c = connect();
                PreparedStatement p = c.prepareStatement(
                        "UPDATE kv SET v = v + 1 WHERE k = ?")) {
            update(c, "INSERT INTO kv VALUES ('a', 0)");
            for (int i = 1; i <= 10; i++) {
                proxy.loseNextAnswers(1);
                p.setString(1, "a");
                assertEquals(1, p.executeUpdate());
                assertEquals(i, fixture.engine.valueOf("a"));
            }
            c.setAutoCommit(false);
            p.executeUpdate();
            proxy.loseNextAnswers(1);
            c.commit();
            assertEquals(11, fixture.engine.valueOf("a"), "committed once, and told so");
            c.setAutoCommit(true);
            proxy.loseNextAnswers(1);
            SQLException refused = assertThrows(SQLException.class, () -> update(c, "INSERT INTO kv VALUES ('a', 1)"));
            assertEquals("23505", refused.getSQLState(), "an error is replayed as well");
        }
    }

    @Test
    void aQueryWhoseAnswersAreLostStillReadsEveryRowOnce() throws SQLException {
        try (Connection c = connect(); Statement s = c.createStatement()) {
            s.setFetchSize(100);
            ResultSet r = s.executeQuery("SELECT * FROM numbers(1000)");
            for (int i = 0; i < 1000; i++) {
                if (i % 250 == 50) {
                    proxy.loseNextAnswers(1);
                }
                assertTrue(r.next());
                assertEquals(i, r.getLong(1));
            }
            assertFalse(r.next());
        }
    }

    @Test
    void whenTheAnswerIsLostTwiceTheOutcomeIsCalledUnknown() throws SQLException {
        try (Connection c = connect()) {
            update(c, "INSERT INTO kv VALUES ('a', 0)");
            proxy.loseNextAnswers(2);
            SQLException e = assertThrows(SQLException.class,
                    () -> update(c, "UPDATE kv SET v = v + 1 WHERE k = 'a'"));
            assertEquals("08S01", e.getSQLState());
            assertTrue(e.getMessage().contains("whether the last request took effect is not known"), e.getMessage());
            assertEquals(1, fixture.engine.valueOf("a"));
        }
    }

    /** The stock driver does not send it before the next prepare, and the update commits itself. */
    @Test
    void setAutoCommitReachesStatementsPreparedEarlier() throws SQLException {
        try (Connection c = connect(); PreparedStatement p = c.prepareStatement("INSERT INTO kv VALUES (?, ?)")) {
            c.setAutoCommit(false);
            p.setString(1, "a");
            p.setLong(2, 1);
            p.executeUpdate();
            assertEquals(-1, fixture.engine.valueOf("a"), "held back");
            c.rollback();
            assertEquals(-1, fixture.engine.valueOf("a"));
            p.executeUpdate();
            c.setAutoCommit(true);
            assertEquals(1, fixture.engine.valueOf("a"), "setAutoCommit(true) commits");
            c.setReadOnly(true);
            p.setString(1, "b");
            assertEquals("25006", assertThrows(SQLException.class, p::executeUpdate).getSQLState());
        }
    }

    @Test
    void cancelEndsARunningStatement() throws Exception {
        try (Connection c = connect();
                Statement s = c.createStatement();
                PreparedStatement p = c.prepareStatement("SELECT * FROM blocked")) {
            CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(
                    () -> assertThrows(SQLException.class, () -> s.executeQuery("SELECT * FROM blocked")));
            await(() -> fixture.engine.blocked.get() == 1);
            s.cancel();
            assertEquals("57014", ((SQLException) failure.get()).getSQLState());
            CompletableFuture<Throwable> second = CompletableFuture
                    .supplyAsync(() -> assertThrows(SQLException.class, p::executeQuery));
            await(() -> fixture.engine.blocked.get() == 1);
            p.cancel();
            assertEquals("57014", ((SQLException) second.get()).getSQLState());
            assertTrue(s.executeQuery("SELECT * FROM numbers(1)").next(), "the statement is usable afterwards");
            s.cancel();
            assertTrue(s.executeQuery("SELECT * FROM numbers(1)").next(), "a cancel of nothing leaves no trace");
        }
    }

    @Test
    void cancelEndsAResultThatIsBeingRead() throws SQLException {
        try (Connection c = connect(); Statement s = c.createStatement()) {
            ResultSet r = s.executeQuery("SELECT * FROM endless");
            assertTrue(r.next());
            s.cancel();
            SQLException e = assertThrows(SQLException.class, () -> {
                while (r.next()) {
                    // Reads what has arrived already.
                }
            });
            assertEquals("57014", e.getSQLState());
        }
    }

    @Test
    void timeLimitsReachTheServer() throws SQLException {
        try (Connection c = connect(); Statement s = c.createStatement()) {
            s.setQueryTimeout(1);
            SQLTimeoutException e = assertThrows(SQLTimeoutException.class,
                    () -> s.executeQuery("SELECT * FROM blocked"));
            assertTrue(e.getMessage().contains("time limit"), e.getMessage());
        }
        try (Connection c = DriverManager
                .getConnection(fixture.url(Way.OURS, proxy.port()) + "?statementTimeoutMillis=1");
                PreparedStatement p = c.prepareStatement("SELECT * FROM blocked")) {
            assertThrows(SQLTimeoutException.class, p::executeQuery);
        }
    }

    @Test
    void aSilentServerIsNotWaitedForBeyondTheNetworkTimeout() throws SQLException {
        try (Connection c = connect()) {
            c.setNetworkTimeout(null, 50);
            try (Statement s = c.createStatement()) {
                SQLException e = assertThrows(SQLException.class, () -> s.executeQuery("SELECT * FROM blocked"));
                assertEquals("08S01", e.getSQLState());
            }
            c.abort(Runnable::run);
            assertTrue(c.isClosed());
        }
    }

    @Test
    void setMaxRowsLimitsPreparedStatementsToo() throws SQLException {
        try (Connection c = connect(); PreparedStatement p = c.prepareStatement("SELECT * FROM numbers(3210)")) {
            p.setMaxRows(7);
            int rows = 0;
            for (ResultSet r = p.executeQuery(); r.next();) {
                rows++;
            }
            assertEquals(7, rows);
        }
    }

    @Test
    void aSmallQueryIsOneRoundTripAndAPreparedOneToo() throws SQLException {
        try (Connection c = connect(); PreparedStatement p = c.prepareStatement("SELECT v FROM kv WHERE k = ?")) {
            int before = proxy.requests.get();
            try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT * FROM kv")) {
                assertFalse(r.next());
            }
            assertEquals(1, proxy.requests.get() - before, "createStatement, executeQuery, read, close, close");
            p.setString(1, "a");
            assertFalse(p.executeQuery().next());
            assertEquals(2, proxy.requests.get() - before);
            assertTrue(c.isValid(5));
            assertEquals(3, proxy.requests.get() - before, "isValid asks the server");
        }
    }

    @Test
    void isValidIsFalseWhenTheServerIsGone() throws SQLException {
        Connection c = connect();
        assertTrue(c.isValid(5));
        fixture.endpoint.close();
        assertFalse(c.isValid(5));
        c.abort(Runnable::run);
        assertFalse(c.isValid(5));
    }

    @Test
    void aResultThatIsClosedEarlyIsFreedAtTheServer() throws SQLException {
        try (Connection c = connect(); Statement s = c.createStatement()) {
            ResultSet r = s.executeQuery("SELECT * FROM endless");
            assertTrue(r.next());
            assertEquals(1, fixture.engine.openResults.get());
            r.close();
            assertEquals(0, fixture.engine.openResults.get());
        }
    }

    @Test
    void keysIndexesAndFunctionsAreReported() throws SQLException {
        try (Connection c = connect()) {
            try (ResultSet r = c.getMetaData().getPrimaryKeys(null, "NOKV", "every_type")) {
                assertTrue(r.next());
                assertEquals("c_bigint", r.getString("COLUMN_NAME"));
                assertEquals(2, r.getShort("KEY_SEQ"));
                assertTrue(r.next());
                assertEquals("c_varchar", r.getString("COLUMN_NAME"));
                assertEquals(1, r.getShort("KEY_SEQ"));
                assertFalse(r.next());
            }
            try (ResultSet r = c.getMetaData().getIndexInfo(null, null, "KV", true, true)) {
                assertTrue(r.next());
                assertEquals("k", r.getString("COLUMN_NAME"));
                assertFalse(r.getBoolean("NON_UNIQUE"));
            }
            try (ResultSet r = c.getMetaData().getFunctions(null, null, "d%")) {
                assertTrue(r.next());
                assertEquals("DU", r.getString("FUNCTION_NAME"));
                assertTrue(r.getString("REMARKS").startsWith("DU(path [, depth])"));
                assertFalse(r.next());
            }
            try (ResultSet r = c.getMetaData().getImportedKeys(null, null, "kv")) {
                assertFalse(r.next());
            }
            assertEquals("NoKV", c.getMetaData().getDatabaseProductName());
            assertEquals("0.1.0", c.getMetaData().getDatabaseProductVersion());
            assertEquals("NoKV JDBC Driver", c.getMetaData().getDriverName());
            assertTrue(c.getMetaData().storesLowerCaseIdentifiers());
            assertTrue(c.getMetaData().supportsTransactions());
            assertEquals("NOKV", c.getSchema());
        }
    }

    /** Whatever zone the program runs in: times are UTC, in text and in java.time, and instants are instants. */
    @Test
    void timesAreUtcInEveryZone() throws SQLException {
        TimeZone zone = TimeZone.getDefault();
        try {
            for (String id : new String[]{"UTC", "America/New_York", "Asia/Kathmandu"}) {
                TimeZone.setDefault(TimeZone.getTimeZone(id));
                try (Connection c = connect();
                        Statement s = c.createStatement();
                        ResultSet r = s.executeQuery("SELECT * FROM every_type")) {
                    assertTrue(r.next());
                    assertEquals("2023-11-14 22:13:20.123", r.getString("c_timestamp"));
                    assertEquals(1_700_000_000_123L, r.getTimestamp("c_timestamp").getTime());
                    assertEquals(LocalDateTime.parse("2023-11-14T22:13:20.123"),
                            r.getObject("c_timestamp", LocalDateTime.class));
                    assertEquals(Instant.ofEpochMilli(1_700_000_000_123L), r.getObject("c_timestamp", Instant.class));
                    assertEquals("2023-11-14", r.getObject("c_date", java.time.LocalDate.class).toString());
                    assertEquals("12:34:56.789", r.getObject("c_time", java.time.LocalTime.class).toString());
                    try (PreparedStatement p = c.prepareStatement("ECHO TIMESTAMP")) {
                        for (Object value : new Object[]{LocalDateTime.parse("2001-02-03T04:05:06.789"),
                                OffsetDateTime.parse("2001-02-03T05:05:06.789+01:00"),
                                Instant.parse("2001-02-03T04:05:06.789Z")}) {
                            p.setObject(1, value);
                            ResultSet echo = p.executeQuery();
                            assertTrue(echo.next());
                            assertEquals("2001-02-03 04:05:06.789", echo.getString(1));
                        }
                    }
                }
            }
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void valuesComeAsTheClassAskedFor() throws SQLException {
        try (Connection c = connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT * FROM every_type")) {
            assertTrue(r.next());
            assertEquals(42, r.getObject("c_bigint", Integer.class));
            assertEquals(42L, r.getObject("c_bigint"));
            assertEquals("00 01 ff 7f".replace(" ", ""), r.getString("c_varbinary"), "bytes as text are hexadecimal");
            assertArrayEquals(new byte[]{0, 1, -1, 127}, r.getObject("c_varbinary", byte[].class));
            SQLException e = assertThrows(SQLException.class, () -> r.getObject("c_bigint", Instant.class));
            assertTrue(e.getMessage().contains("cannot be read as java.time.Instant"), e.getMessage());
            assertTrue(r.next() && r.next());
            assertNull(r.getObject("c_bigint", Integer.class));
            assertNull(r.getObject("c_timestamp", LocalDateTime.class));
            assertNull(r.getObject("c_boolean", Boolean.class));
        }
    }

    @Test
    void streamsAreParameters() throws SQLException {
        try (Connection c = connect();
                PreparedStatement text = c.prepareStatement("ECHO VARCHAR");
                PreparedStatement bytes = c.prepareStatement("ECHO VARBINARY")) {
            text.setCharacterStream(1, new StringReader("from a reader"));
            ResultSet r = text.executeQuery();
            assertTrue(r.next());
            assertEquals("from a reader", r.getString(1));
            bytes.setBinaryStream(1, new ByteArrayInputStream(new byte[]{5, 6}));
            ResultSet b = bytes.executeQuery();
            assertTrue(b.next());
            assertArrayEquals(new byte[]{5, 6}, b.getBytes(1));
        }
    }

    @Test
    void errorsAreOfTheClassForTheirState() throws SQLException {
        try (Connection c = connect(); Connection other = connect(); Statement s = c.createStatement()) {
            SQLException syntax = assertThrows(SQLSyntaxErrorException.class, () -> s.execute("SELEKT"));
            assertEquals("line 1, column 1: 'SELEKT' is not understood [SYNTAX]", syntax.getMessage());
            update(c, "INSERT INTO kv VALUES ('a', 1)");
            assertThrows(SQLIntegrityConstraintViolationException.class,
                    () -> s.executeUpdate("INSERT INTO kv VALUES ('a', 1)"));
            c.setAutoCommit(false);
            update(c, "UPDATE kv SET v = v + 1 WHERE k = 'a'");
            update(other, "UPDATE kv SET v = v + 1 WHERE k = 'a'");
            assertThrows(SQLTransactionRollbackException.class, c::commit);
            c.setAutoCommit(true);
            assertThrows(SQLFeatureNotSupportedException.class,
                    () -> c.prepareStatement("DELETE FROM kv", Statement.RETURN_GENERATED_KEYS));
            assertEquals(1, c.prepareStatement("DELETE FROM kv", Statement.NO_GENERATED_KEYS).executeUpdate());
            assertThrows(SQLFeatureNotSupportedException.class, c::setSavepoint);
            s.addBatch("INSERT INTO kv VALUES ('a', 1)");
            s.addBatch("SELECT * FROM kv");
            BatchUpdateException batch = assertThrows(BatchUpdateException.class, s::executeBatch);
            assertEquals("0A000", batch.getSQLState());
            assertEquals(0, fixture.engine.size());
            SQLException unset = assertThrows(SQLException.class,
                    () -> c.prepareStatement("SELECT v FROM kv WHERE k = ?").executeQuery());
            assertEquals("07002", unset.getSQLState());
            assertEquals("07005",
                    assertThrows(SQLException.class, () -> s.executeUpdate("SELECT * FROM kv")).getSQLState());
            assertEquals("07005", assertThrows(SQLException.class,
                    () -> c.prepareStatement("DELETE FROM kv").executeQuery()).getSQLState());
        }
    }

    @Test
    void urlsAndPropertiesAreChecked() {
        int port = proxy.port();
        refused("jdbc:nokv://127.0.0.1:" + port + "/main?fetchsize=5", "unknown connection property 'fetchsize'");
        refused("jdbc:nokv://127.0.0.1:" + port + "/main?fetchSize=many", "'fetchSize' must be a whole number");
        refused("jdbc:nokv://127.0.0.1:" + port + "/a/b", "the path names one mount");
        refused("jdbc:nokv://127.0.0.1:port/main", "'port' is not a port");
        refused("jdbc:nokv:///main", "the host is missing");
        refused("jdbc:nokv:http://x", "it must start with");
        refused("jdbc:nokv:file:", "the directory is missing");
        refused("jdbc:nokv:file:/tmp/x", "needs the embedded database on the class path");
        refused("jdbc:nokv://127.0.0.1:1/main", "cannot connect to 127.0.0.1:1");
        refused("jdbc:nokv://127.0.0.1:" + port + "/main?password=secret", "does not take passwords");
        Properties typo = new Properties();
        typo.setProperty("usr", "me");
        SQLException e = assertThrows(SQLException.class,
                () -> DriverManager.getConnection(fixture.url(Way.OURS, port), typo));
        assertTrue(e.getMessage().contains("unknown connection property 'usr'"), e.getMessage());
    }

    private static void refused(String url, String why) {
        SQLException e = assertThrows(SQLException.class, () -> DriverManager.getConnection(url), url);
        assertTrue(e.getMessage().contains(why), e.getMessage());
        assertTrue(e.getSQLState().startsWith("08") || e.getSQLState().equals("28000"), e.getSQLState());
        if (why.startsWith("cannot connect")) {
            assertInstanceOf(SQLTransientConnectionException.class, e);
        }
    }

    @Test
    void nullParametersAndManyThreadsOnOneConnection() throws Exception {
        try (Connection c = connect()) {
            update(c, "INSERT INTO kv VALUES ('n', 0)");
            CompletableFuture<?>[] all = new CompletableFuture<?>[8];
            for (int t = 0; t < all.length; t++) {
                all[t] = CompletableFuture.runAsync(() -> {
                    try (PreparedStatement p = c.prepareStatement("UPDATE kv SET v = v + 1 WHERE k = ?")) {
                        for (int i = 0; i < 50; i++) {
                            p.setString(1, "n");
                            assertEquals(1, p.executeUpdate());
                            p.setNull(1, Types.VARCHAR);
                        }
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            CompletableFuture.allOf(all).get();
            assertEquals(400, fixture.engine.valueOf("n"));
        }
    }
}
