package io.nokv.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaDatabaseMetaData;
import org.apache.calcite.avatica.Meta.DatabaseProperty;

/** What the database can do, where Avatica's defaults say otherwise. */
final class NokvDatabaseMetaData extends AvaticaDatabaseMetaData {
    private final AvaticaConnection connection;

    NokvDatabaseMetaData(AvaticaConnection connection) {
        super(connection);
        this.connection = connection;
    }

    private Object property(DatabaseProperty property, Object otherwise) throws SQLException {
        return Errors.call(() -> ((NokvConnection) connection).client().getDatabaseProperties(connection.handle))
                .getOrDefault(property, otherwise);
    }

    @Override
    public String getDatabaseProductName() throws SQLException {
        return String.valueOf(property(DatabaseProperty.GET_DATABASE_PRODUCT_NAME, "NoKV"));
    }

    @Override
    public String getDatabaseProductVersion() throws SQLException {
        return String.valueOf(property(DatabaseProperty.GET_DATABASE_PRODUCT_VERSION, ""));
    }

    @Override
    public int getDatabaseMajorVersion() throws SQLException {
        return part(0);
    }

    @Override
    public int getDatabaseMinorVersion() throws SQLException {
        return part(1);
    }

    private int part(int index) throws SQLException {
        String[] parts = getDatabaseProductVersion().split("[.-]");
        return index < parts.length && parts[index].matches("\\d{1,6}") ? Integer.parseInt(parts[index]) : 0;
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return connection.isReadOnly();
    }

    @Override
    public boolean supportsTransactions() {
        return true;
    }

    @Override
    public boolean supportsMultipleTransactions() {
        return true;
    }

    @Override
    public boolean supportsTransactionIsolationLevel(int level) {
        return level == Connection.TRANSACTION_REPEATABLE_READ;
    }

    @Override
    public int getDefaultTransactionIsolation() {
        return Connection.TRANSACTION_REPEATABLE_READ;
    }

    @Override
    public boolean dataDefinitionCausesTransactionCommit() {
        return false;
    }

    @Override
    public boolean supportsResultSetConcurrency(int type, int concurrency) {
        return type == ResultSet.TYPE_FORWARD_ONLY && concurrency == ResultSet.CONCUR_READ_ONLY;
    }

    @Override
    public boolean supportsOpenCursorsAcrossCommit() {
        return true;
    }

    @Override
    public boolean supportsOpenCursorsAcrossRollback() {
        return true;
    }

    @Override
    public boolean supportsOpenStatementsAcrossCommit() {
        return true;
    }

    @Override
    public boolean supportsOpenStatementsAcrossRollback() {
        return true;
    }

    @Override
    public int getResultSetHoldability() {
        return ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public boolean supportsResultSetHoldability(int holdability) {
        return holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public boolean supportsCatalogsInDataManipulation() {
        return false;
    }

    @Override
    public boolean supportsCatalogsInTableDefinitions() {
        return false;
    }

    @Override
    public boolean supportsCatalogsInIndexDefinitions() {
        return false;
    }

    @Override
    public boolean supportsCatalogsInPrivilegeDefinitions() {
        return false;
    }

    @Override
    public boolean supportsCatalogsInProcedureCalls() {
        return false;
    }

    @Override
    public boolean supportsStoredProcedures() {
        return false;
    }
}
