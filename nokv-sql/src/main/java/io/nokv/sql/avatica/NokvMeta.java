package io.nokv.sql.avatica;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Scheduler;
import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.api.SqlEngine;
import io.nokv.sql.api.SqlResult;
import io.nokv.sql.api.SqlSession;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.NoSuchStatementException;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.TypedValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves Avatica's calls from a {@link SqlEngine}. Thread-safe; see the package for how calls of one connection take
 * turns. Every failure is an {@code AvaticaRuntimeException} with a SQLSTATE.
 *
 * <p>
 * Transactions: a connection starts in autocommit mode, read-write, REPEATABLE READ (snapshot isolation). commit() in
 * autocommit mode is an error (25000): the stock client records setAutoCommit(false) without sending it, and an error
 * is how its user learns that nothing was held back. rollback() without a transaction does nothing. commit() on a
 * connection that the server does not know is 08006, never success. A batch in autocommit mode is one transaction: all
 * of it or nothing.
 *
 * <p>
 * The stock client and protocol have no call for keys, indexes and functions; getTables with one of the type lists
 * {@link #PRIMARY_KEYS}, {@link #INDEX_INFO}, {@link #FUNCTIONS} answers them, which our driver uses.
 */
public final class NokvMeta extends MetadataCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NokvMeta.class);

    private final SqlEngine engine;
    private final MetaOptions options;
    private final Scheduler scheduler;
    private final Connections connections;

    /** @param clock for idleness; @param scheduler waits and the sweep of idle connections */
    public NokvMeta(SqlEngine engine, MetaOptions options, Clock clock, Scheduler scheduler) {
        this.engine = engine;
        this.options = options;
        this.scheduler = scheduler;
        connections = new Connections(options, scheduler, clock);
    }

    /** Open connections. */
    public int connectionCount() {
        return connections.size();
    }

    /** Closes every connection; later calls fail. Does not close the engine. */
    @Override
    public void close() {
        connections.stop();
    }

    /** The recent answers of a connection of this principal, or null when there is no such connection. */
    public ReplayCache replayCache(String connectionId, String principal) {
        ClientConnection c = connections.find(connectionId, principal);
        return c == null ? null : c.replay;
    }

    /** Ends the running statement with 57014; true when it was running. Does not wait for the connection's turn. */
    public boolean cancel(String connectionId, int statementId) {
        return connections.require(connectionId, RequestContext.current().principal()).cancel(statementId);
    }

    /** Closes connections that nobody used for the time allowed; also done by a timer. */
    void closeIdle() {
        connections.closeIdle();
    }

    @Override
    <T> T on(String connectionId, Function<ClientConnection, T> work) {
        return on(connections.require(connectionId, RequestContext.current().principal()), work);
    }

    private <T> T on(ClientConnection c, Function<ClientConnection, T> work) {
        c.turns.enter();
        try {
            if (c.closed()) {
                throw connections.missing(c.id);
            }
            c.touch();
            return work.apply(c);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            if (Failures.unexpected(e)) {
                LOG.error("request on connection {} failed", c.id, e);
            }
            throw Failures.translate(e);
        } finally {
            c.touch();
            c.turns.leave();
        }
    }

    // Connections

    @Override
    public void openConnection(ConnectionHandle ch, Map<String, String> info) {
        RequestContext context = RequestContext.current();
        if (ch.id == null || ch.id.isEmpty() || ch.id.length() > 128) {
            throw Failures.of("08001", "BAD_CONNECTION_ID", "a connection id has 1 to 128 characters");
        }
        OpenOptions open = OpenOptions.parse(info == null ? Map.of() : info);
        if (connections.find(ch.id, context.principal()) != null) {
            return;
        }
        String mount = !open.mount().isEmpty()
                ? open.mount()
                : !context.mount().isEmpty() ? context.mount() : options.defaultMount();
        connections.reserve();
        boolean added = false;
        SqlSession session = null;
        try {
            session = engine.open(new SqlEngine.SessionOptions(mount, open.user()));
            added = connections.add(new ClientConnection(ch.id, context.principal(), session,
                    open.statementTimeoutMillis(), options, connections.clock(), scheduler));
            if (!added) {
                throw Failures.of("08001", "CONNECTION_ID_IN_USE", "this connection id is in use");
            }
        } catch (RuntimeException e) {
            if (Failures.unexpected(e)) {
                LOG.error("opening a connection failed", e);
            }
            throw Failures.translate(e);
        } finally {
            if (!added) {
                connections.release();
                if (session != null) {
                    session.close();
                }
            }
        }
    }

    @Override
    public void closeConnection(ConnectionHandle ch) {
        ClientConnection c = connections.find(ch.id, RequestContext.current().principal());
        if (c != null) {
            connections.close(c);
        }
    }

    @Override
    public ConnectionProperties connectionSync(ConnectionHandle ch, ConnectionProperties wanted) {
        return on(ch.id, c -> {
            SqlSession s = c.session;
            if (wanted.getSchema() != null && !wanted.getSchema().isEmpty()
                    && !wanted.getSchema().equalsIgnoreCase(s.catalog().schema())) {
                throw Failures.of("3F000", "UNKNOWN_SCHEMA", "schema '" + wanted.getSchema() + "' does not exist");
            }
            if (wanted.getCatalog() != null && !wanted.getCatalog().isEmpty()) {
                throw Failures.of("3D000", "UNKNOWN_CATALOG", "catalogs are not used; '" + wanted.getCatalog()
                        + "' does not exist");
            }
            checkIsolation(wanted.getTransactionIsolation());
            if (wanted.isReadOnly() != null && wanted.isReadOnly() != s.readOnly()) {
                s.setReadOnly(wanted.isReadOnly());
            }
            if (wanted.isAutoCommit() != null && wanted.isAutoCommit() != s.autoCommit()) {
                s.setAutoCommit(wanted.isAutoCommit());
            }
            return new ConnectionPropertiesImpl(s.autoCommit(), s.readOnly(), Connection.TRANSACTION_REPEATABLE_READ,
                    "", s.catalog().schema());
        });
    }

    /** A weaker level is given the stronger one that we have, as JDBC allows. */
    private static void checkIsolation(Integer level) {
        if (level != null && level != Connection.TRANSACTION_READ_UNCOMMITTED
                && level != Connection.TRANSACTION_READ_COMMITTED
                && level != Connection.TRANSACTION_REPEATABLE_READ) {
            throw Failures.of("0A000", "ISOLATION_NOT_SUPPORTED",
                    "transactions run at REPEATABLE READ (snapshot isolation); level " + level + " is not supported");
        }
    }

    @Override
    public void commit(ConnectionHandle ch) {
        if (connections.find(ch.id, RequestContext.current().principal()) == null) {
            throw Failures.of("08006", "TRANSACTION_LOST", connections.missing(ch.id).getErrorMessage()
                    + "; nothing was committed by this call");
        }
        on(ch.id, c -> {
            c.session.commit();
            return null;
        });
    }

    @Override
    public void rollback(ConnectionHandle ch) {
        on(ch.id, c -> {
            c.session.rollback();
            return null;
        });
    }

    // Statements

    @Override
    public StatementHandle createStatement(ConnectionHandle ch) {
        return on(ch.id, c -> new StatementHandle(c.id, c.create(c.nextStatementId()).id, null));
    }

    @Override
    public void closeStatement(StatementHandle h) {
        ClientConnection known = connections.find(h.connectionId, RequestContext.current().principal());
        if (known != null && !known.closed()) {
            on(known, c -> {
                c.closeStatement(h.id);
                return null;
            });
        }
    }

    @Override
    public StatementHandle prepare(ConnectionHandle ch, String sql, long maxRowCount) {
        return on(ch.id, c -> {
            PreparedSql prepared = c.session.prepare(sql);
            OpenStatement s = c.create(c.nextStatementId());
            adopt(c, s, prepared, maxRowCount);
            return new StatementHandle(c.id, s.id, s.signature);
        });
    }

    private static void adopt(ClientConnection c, OpenStatement s, PreparedSql prepared, long maxRowCount) {
        s.closeCursor();
        if (s.prepared != prepared) {
            s.prepared = prepared;
            s.signature = WireTypes.signature(prepared, c.session.catalog().schema());
        }
        s.maxRows = Math.max(0, maxRowCount);
    }

    @Deprecated
    @Override
    public ExecuteResult prepareAndExecute(StatementHandle h, String sql, long maxRowCount, PrepareCallback callback) {
        return prepareAndExecute(h, sql, maxRowCount, 0, callback);
    }

    /** The statement may be new, may have been prepared with another text, or may be one that the client made up. */
    @Override
    public ExecuteResult prepareAndExecute(StatementHandle h, String sql, long maxRowCount, int maxRowsInFirstFrame,
            PrepareCallback callback) {
        return on(h.connectionId, c -> {
            OpenStatement known = c.find(h.id);
            OpenStatement s = known != null ? known : c.create(h.id);
            try {
                adopt(c, s, c.session.prepare(sql), maxRowCount);
                return execute(c, s, List.of(), maxRowsInFirstFrame);
            } finally {
                dropWhenFinished(c, s);
            }
        });
    }

    @Deprecated
    @Override
    public ExecuteResult execute(StatementHandle h, List<TypedValue> values, long maxRowCount) {
        return execute(h, values, (int) Math.min(Integer.MAX_VALUE, maxRowCount));
    }

    @Override
    public ExecuteResult execute(StatementHandle h, List<TypedValue> values, int maxRowsInFirstFrame) {
        return on(h.connectionId, c -> {
            OpenStatement s = prepared(c, h.id);
            return execute(c, s, Parameters.bind(s.prepared.parameters(), values == null ? List.of() : values),
                    maxRowsInFirstFrame);
        });
    }

    private static OpenStatement prepared(ClientConnection c, int id) {
        OpenStatement s = c.find(id);
        if (s == null || s.prepared == null) {
            throw Failures.of("26000", "UNKNOWN_STATEMENT", "statement " + id + " is not prepared on this connection");
        }
        return s;
    }

    private static ExecuteResult execute(ClientConnection c, OpenStatement s, List<Object> values, int firstFrameRows) {
        s.closeCursor();
        RequestContext context = RequestContext.current();
        if (s.prepared.kind() == PreparedSql.Kind.QUERY) {
            c.checkCursors();
        }
        SqlResult result = c.session.execute(s.prepared, values, s.id,
                context.maxRows() > 0 ? context.maxRows() : s.maxRows,
                context.timeoutMillis() > 0 ? context.timeoutMillis() : c.statementTimeoutMillis);
        if (s.prepared.kind() != PreparedSql.Kind.QUERY) {
            try (result) {
                return one(MetaResultSet.count(c.id, s.id, Math.max(0, result.updateCount())));
            }
        }
        s.cursor = new RowCursor(result);
        Frame first = read(s, 0, firstFrameRows);
        if (first.done) {
            s.closeCursor();
        }
        return one(MetaResultSet.create(c.id, s.id, false, s.signature, first));
    }

    private static ExecuteResult one(MetaResultSet result) {
        return new ExecuteResult(List.of(result));
    }

    /** A failing read ends the result. */
    private static Frame read(OpenStatement s, long offset, int rows) {
        boolean read = false;
        try {
            Frame frame = s.cursor.frame(offset, rows);
            read = true;
            return frame;
        } finally {
            if (!read) {
                s.closeCursor();
            }
        }
    }

    private static void dropWhenFinished(ClientConnection c, OpenStatement s) {
        if (s.id >= ClientConnection.FIRST_CLIENT_MADE_ID && !s.hasOpenCursor()) {
            c.closeStatement(s.id);
        }
    }

    @Override
    public Frame fetch(StatementHandle h, long offset, int fetchMaxRowCount) {
        return on(h.connectionId, c -> {
            OpenStatement s = c.find(h.id);
            if (s == null || s.cursor == null) {
                throw Failures.of("24000", "NO_OPEN_RESULT",
                        "statement " + h.id + " has no open result on this connection; execute it again");
            }
            try {
                return read(s, offset, fetchMaxRowCount);
            } finally {
                dropWhenFinished(c, s);
            }
        });
    }

    /** Results are kept until they are read or closed, so there is never one to restore. */
    @Override
    public boolean syncResults(StatementHandle h, org.apache.calcite.avatica.QueryState state, long offset) {
        throw Failures.of("24000", "NO_OPEN_RESULT",
                "the result of statement " + h.id + " is gone; execute the statement again");
    }

    @Override
    public Iterable<Object> createIterable(StatementHandle h, org.apache.calcite.avatica.QueryState state,
            Signature signature, List<TypedValue> values, Frame firstFrame) {
        throw Failures.of("0A000", "NOT_REMOTE", "rows are read by fetch");
    }

    // Batches

    @Override
    public ExecuteBatchResult prepareAndExecuteBatch(StatementHandle h, List<String> commands) {
        return on(h.connectionId, c -> {
            OpenStatement s = new OpenStatement(h.id);
            return batch(c, commands.size(), i -> {
                adopt(c, s, change(c.session.prepare(commands.get(i))), 0);
                return update(c, s, List.of());
            });
        });
    }

    @Override
    public ExecuteBatchResult executeBatch(StatementHandle h, List<List<TypedValue>> rows) {
        return on(h.connectionId, c -> {
            OpenStatement s = prepared(c, h.id);
            change(s.prepared);
            return batch(c, rows.size(), i -> update(c, s, Parameters.bind(s.prepared.parameters(), rows.get(i))));
        });
    }

    @Override
    public ExecuteBatchResult executeBatchProtobuf(StatementHandle h, List<Requests.UpdateBatch> updates)
            throws NoSuchStatementException {
        List<List<TypedValue>> rows = new ArrayList<>(updates.size());
        for (Requests.UpdateBatch update : updates) {
            List<TypedValue> row = new ArrayList<>(update.getParameterValuesCount());
            for (Common.TypedValue value : update.getParameterValuesList()) {
                row.add(value.getImplicitlyNull() ? null : TypedValue.fromProto(value));
            }
            rows.add(row);
        }
        return executeBatch(h, rows);
    }

    private static PreparedSql change(PreparedSql prepared) {
        if (prepared.kind() != PreparedSql.Kind.CHANGE) {
            throw Failures.of("0A000", "NOT_A_CHANGE",
                    "a batch takes INSERT, UPDATE and DELETE only, not: " + prepared.sql());
        }
        return prepared;
    }

    private static long update(ClientConnection c, OpenStatement s, List<Object> values) {
        s.closeCursor();
        long timeout = RequestContext.current().timeoutMillis();
        try (SqlResult r = c.session.execute(s.prepared, values, s.id, 0,
                timeout > 0 ? timeout : c.statementTimeoutMillis)) {
            return r.updateCount();
        }
    }

    private interface Step {
        long run(int index);
    }

    /** One transaction in autocommit mode; inside an open transaction, the part before a failure stays in it. */
    private static ExecuteBatchResult batch(ClientConnection c, int size, Step step) {
        SqlSession session = c.session;
        boolean own = session.autoCommit();
        long[] counts = new long[size];
        if (own) {
            session.setAutoCommit(false);
        }
        try {
            for (int i = 0; i < size; i++) {
                counts[i] = step.run(i);
            }
            if (own) {
                session.commit();
            }
        } catch (RuntimeException | Error e) {
            if (own) {
                session.rollback();
                session.setAutoCommit(true);
            }
            throw e;
        }
        if (own) {
            session.setAutoCommit(true);
        }
        return new ExecuteBatchResult(counts);
    }

    @Override
    public Map<DatabaseProperty, Object> getDatabaseProperties(ConnectionHandle ch) {
        return on(ch.id, _ -> {
            Map<DatabaseProperty, Object> map = new EnumMap<>(DatabaseProperty.class);
            map.put(DatabaseProperty.GET_DATABASE_PRODUCT_NAME, "NoKV");
            map.put(DatabaseProperty.GET_DATABASE_PRODUCT_VERSION, options.productVersion());
            map.put(DatabaseProperty.GET_DEFAULT_TRANSACTION_ISOLATION, Connection.TRANSACTION_REPEATABLE_READ);
            map.put(DatabaseProperty.GET_NUMERIC_FUNCTIONS, "ABS,CEILING,FLOOR,MOD,POWER,ROUND,SIGN,SQRT,TRUNCATE");
            map.put(DatabaseProperty.GET_STRING_FUNCTIONS,
                    "CHAR_LENGTH,CONCAT,LOWER,POSITION,REPLACE,SUBSTRING,TRIM,UPPER");
            map.put(DatabaseProperty.GET_SYSTEM_FUNCTIONS, "");
            map.put(DatabaseProperty.GET_TIME_DATE_FUNCTIONS, "CURRENT_TIMESTAMP,EXTRACT");
            map.put(DatabaseProperty.GET_S_Q_L_KEYWORDS, "LIMIT,MOUNT");
            return map;
        });
    }
}
