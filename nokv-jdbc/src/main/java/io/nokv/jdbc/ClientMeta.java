package io.nokv.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.QueryState;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.TypedValue;

/**
 * The calls of Avatica's JDBC objects as requests over a {@link DatabaseLink}. Statements are numbered here, from 2^30
 * upward, so that creating one costs no request; the server forgets such a statement with the end of its result.
 */
final class ClientMeta extends MetaImpl {
    private static final int FIRST_CLIENT_MADE_ID = 1 << 30;

    private final AtomicInteger nextStatementId = new AtomicInteger(FIRST_CLIENT_MADE_ID);
    /** Statements of which the server holds something. */
    private final Set<Integer> heldByServer = ConcurrentHashMap.newKeySet();
    private volatile DatabaseLink link;
    private volatile Map<DatabaseProperty, Object> databaseProperties;
    private volatile long networkTimeoutMillis;

    ClientMeta(AvaticaConnection connection) {
        super(connection);
    }

    void setNetworkTimeoutMillis(long millis) {
        networkTimeoutMillis = millis;
    }

    void attach(DatabaseLink to) {
        link = to;
    }

    private <T> T call(Function<Service, T> request) {
        return call(options(), request);
    }

    private <T> T call(CallOptions options, Function<Service, T> request) {
        DatabaseLink current = link;
        if (current == null) {
            throw new LinkFailure("08003", "the connection is closed", null);
        }
        try {
            return current.call(options, request);
        } catch (AvaticaClientRuntimeException | AvaticaRuntimeException e) {
            throw Errors.ofServer(e);
        }
    }

    /** Of a request that executes nothing. */
    private CallOptions options() {
        return new CallOptions(0, 0, networkTimeoutMillis, false);
    }

    /** Of a request that executes or ends something; {@code statement} has its limits, or is null. */
    private CallOptions options(AvaticaStatement statement) {
        try {
            long network = networkTimeoutMillis;
            if (statement == null) {
                return new CallOptions(0, 0, network, true);
            }
            return new CallOptions(1_000L * statement.getQueryTimeout(), statement.getLargeMaxRows(), network, true);
        } catch (SQLException e) {
            throw new LinkFailure("08003", "the connection or statement is closed", e);
        }
    }

    private AvaticaStatement statement(StatementHandle h) {
        return connection.statementMap.get(h.id);
    }

    // Connection

    @Override
    public void openConnection(ConnectionHandle ch, Map<String, String> info) {
        call(CallOptions.NONE, s -> s.apply(new Service.OpenConnectionRequest(ch.id, info)));
    }

    @Override
    public void closeConnection(ConnectionHandle ch) {
        call(s -> s.apply(new Service.CloseConnectionRequest(ch.id)));
    }

    /**
     * Always asks or tells the server: a setting takes effect before the next statement, prepared earlier or not. Turning
     * autocommit on commits.
     */
    @Override
    public ConnectionProperties connectionSync(ConnectionHandle ch, ConnectionProperties wanted) {
        return call(options(null), s -> s.apply(new Service.ConnectionSyncRequest(ch.id, wanted))).connProps;
    }

    /** A round trip that changes nothing. */
    void ping(long timeoutMillis) {
        call(new CallOptions(0, 0, timeoutMillis, false),
                s -> s.apply(new Service.ConnectionSyncRequest(connection.id, new ConnectionPropertiesImpl())));
    }

    boolean cancel(StatementHandle h) {
        return link.cancel(h.connectionId, h.id);
    }

    @Override
    public void commit(ConnectionHandle ch) {
        call(options(null), s -> s.apply(new Service.CommitRequest(ch.id)));
    }

    @Override
    public void rollback(ConnectionHandle ch) {
        call(s -> s.apply(new Service.RollbackRequest(ch.id)));
    }

    // Statements

    @Override
    public StatementHandle createStatement(ConnectionHandle ch) {
        int id = nextStatementId.getAndUpdate(n -> n == Integer.MAX_VALUE ? FIRST_CLIENT_MADE_ID : n + 1);
        return new StatementHandle(ch.id, id, null);
    }

    @Override
    public void closeStatement(StatementHandle h) {
        if (heldByServer.remove(h.id)) {
            call(s -> s.apply(new Service.CloseStatementRequest(h.connectionId, h.id)));
        }
    }

    /** Lets the server free a result that is not read to its end; a prepared statement stays. */
    void closeResult(StatementHandle h) {
        if (h.id >= FIRST_CLIENT_MADE_ID) {
            closeStatement(h);
        }
    }

    @Override
    public StatementHandle prepare(ConnectionHandle ch, String sql, long maxRowCount) {
        StatementHandle h = call(s -> s.apply(new Service.PrepareRequest(ch.id, sql, maxRowCount))).statement;
        heldByServer.add(h.id);
        return h;
    }

    @Deprecated
    @Override
    public ExecuteResult prepareAndExecute(StatementHandle h, String sql, long maxRowCount, PrepareCallback callback) {
        return prepareAndExecute(h, sql, maxRowCount, -1, callback);
    }

    @Override
    public ExecuteResult prepareAndExecute(StatementHandle h, String sql, long maxRowCount, int maxRowsInFirstFrame,
            PrepareCallback callback) {
        try {
            callback.clear();
            AvaticaStatement statement = statement(h);
            int firstFrameRows = statement == null ? maxRowsInFirstFrame : statement.getFetchSize();
            Service.ExecuteResponse response = call(options(statement), s -> s
                    .apply(new Service.PrepareAndExecuteRequest(h.connectionId, h.id, sql, maxRowCount,
                            firstFrameRows)));
            ExecuteResult result = result(h, response);
            MetaResultSet first = result.resultSets.get(0);
            callback.assign(first.signature, first.firstFrame, first.updateCount);
            callback.execute();
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Deprecated
    @Override
    public ExecuteResult execute(StatementHandle h, List<TypedValue> values, long maxRowCount) {
        return execute(h, values, (int) Math.min(Integer.MAX_VALUE, maxRowCount));
    }

    @Override
    public ExecuteResult execute(StatementHandle h, List<TypedValue> values, int maxRowsInFirstFrame) {
        requireAll(values);
        StatementHandle bare = new StatementHandle(h.connectionId, h.id, null);
        return result(h, call(options(statement(h)),
                s -> s.apply(new Service.ExecuteRequest(bare, values, maxRowsInFirstFrame))));
    }

    private static void requireAll(List<TypedValue> values) {
        int unset = values.indexOf(null);
        if (unset >= 0) {
            throw new LinkFailure("07002", "parameter " + (unset + 1) + " is not set", null);
        }
    }

    private ExecuteResult result(StatementHandle h, Service.ExecuteResponse response) {
        if (response.missingStatement) {
            throw new LinkFailure("26000", "the server does not know this statement any more", null);
        }
        Service.ResultSetResponse r = response.results.get(0);
        if (h.id >= FIRST_CLIENT_MADE_ID) {
            note(h, r.firstFrame == null || r.firstFrame.done);
        }
        return new ExecuteResult(List.of(toResult(r)));
    }

    private static MetaResultSet toResult(Service.ResultSetResponse r) {
        return r.updateCount != -1
                ? MetaResultSet.count(r.connectionId, r.statementId, r.updateCount)
                : MetaResultSet.create(r.connectionId, r.statementId, r.ownStatement, r.signature, r.firstFrame);
    }

    private void note(StatementHandle h, boolean finished) {
        if (finished) {
            heldByServer.remove(h.id);
        } else {
            heldByServer.add(h.id);
        }
    }

    @Override
    public Frame fetch(StatementHandle h, long offset, int fetchMaxRowCount) {
        Service.FetchResponse response = call(
                s -> s.apply(new Service.FetchRequest(h.connectionId, h.id, offset, fetchMaxRowCount)));
        if (response.missingStatement || response.missingResults) {
            throw new LinkFailure("24000", "the server does not have this result any more", null);
        }
        if (h.id >= FIRST_CLIENT_MADE_ID && response.frame.done) {
            note(h, true);
        }
        return response.frame;
    }

    @Override
    public boolean syncResults(StatementHandle h, QueryState state, long offset) {
        throw new LinkFailure("24000", "the result is gone; execute the statement again", null);
    }

    @Override
    public ExecuteBatchResult prepareAndExecuteBatch(StatementHandle h, List<String> sqlCommands) {
        return new ExecuteBatchResult(call(options(statement(h)),
                s -> s.apply(
                        new Service.PrepareAndExecuteBatchRequest(h.connectionId, h.id, sqlCommands))).updateCounts);
    }

    @Override
    public ExecuteBatchResult executeBatch(StatementHandle h, List<List<TypedValue>> rows) {
        rows.forEach(ClientMeta::requireAll);
        return new ExecuteBatchResult(call(options(statement(h)),
                s -> s.apply(new Service.ExecuteBatchRequest(h.connectionId, h.id, rows))).updateCounts);
    }

    // Metadata

    @Override
    public Map<DatabaseProperty, Object> getDatabaseProperties(ConnectionHandle ch) {
        Map<DatabaseProperty, Object> known = databaseProperties;
        if (known == null) {
            known = call(s -> s.apply(new Service.DatabasePropertyRequest(ch.id))).map;
            databaseProperties = known;
        }
        return known;
    }

    @Override
    public MetaResultSet getCatalogs(ConnectionHandle ch) {
        return toResult(call(s -> s.apply(new Service.CatalogsRequest(ch.id))));
    }

    @Override
    public MetaResultSet getSchemas(ConnectionHandle ch, String catalog, Pat schema) {
        return toResult(call(s -> s.apply(new Service.SchemasRequest(ch.id, catalog, schema.s))));
    }

    @Override
    public MetaResultSet getTables(ConnectionHandle ch, String catalog, Pat schema, Pat table, List<String> types) {
        return toResult(call(s -> s.apply(new Service.TablesRequest(ch.id, catalog, schema.s, table.s, types))));
    }

    @Override
    public MetaResultSet getTableTypes(ConnectionHandle ch) {
        return toResult(call(s -> s.apply(new Service.TableTypesRequest(ch.id))));
    }

    @Override
    public MetaResultSet getTypeInfo(ConnectionHandle ch) {
        return toResult(call(s -> s.apply(new Service.TypeInfoRequest(ch.id))));
    }

    @Override
    public MetaResultSet getColumns(ConnectionHandle ch, String catalog, Pat schema, Pat table, Pat column) {
        return toResult(
                call(s -> s.apply(new Service.ColumnsRequest(ch.id, catalog, schema.s, table.s, column.s))));
    }

    /** Avatica has no request for it; our server answers it as a list of tables of this type. */
    @Override
    public MetaResultSet getPrimaryKeys(ConnectionHandle ch, String catalog, String schema, String table) {
        return getTables(ch, catalog, Pat.of(schema), Pat.of(table), List.of("nokv:primary-keys"));
    }

    @Override
    public MetaResultSet getIndexInfo(ConnectionHandle ch, String catalog, String schema, String table, boolean unique,
            boolean approximate) {
        return getTables(ch, catalog, Pat.of(schema), Pat.of(table), List.of("nokv:index-info"));
    }

    @Override
    public MetaResultSet getFunctions(ConnectionHandle ch, String catalog, Pat schema, Pat name) {
        return getTables(ch, catalog, schema, name, List.of("nokv:functions"));
    }
}
