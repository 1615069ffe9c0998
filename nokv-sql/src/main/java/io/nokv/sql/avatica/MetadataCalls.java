package io.nokv.sql.avatica;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.remote.ProtobufMeta;

/** The calls behind DatabaseMetaData. What the namespace has nothing of (procedures, privileges) is an empty answer. */
abstract class MetadataCalls implements ProtobufMeta {
    /** As the only entry of getTables' type list: the rows of getPrimaryKeys for the named table. */
    public static final String PRIMARY_KEYS = "nokv:primary-keys";
    /** As the only entry of getTables' type list: the rows of getIndexInfo for the named table. */
    public static final String INDEX_INFO = "nokv:index-info";
    /** As the only entry of getTables' type list: the rows of getFunctions for the name pattern. */
    public static final String FUNCTIONS = "nokv:functions";

    /** Runs {@code work} in the connection's turn, with failures translated. */
    abstract <T> T on(String connectionId, Function<ClientConnection, T> work);

    private MetaResultSet answer(ConnectionHandle ch, Function<MetadataRows, MetadataRows.Answer> question) {
        return on(ch.id, c -> answer(c, question.apply(new MetadataRows(c.session.catalog()))));
    }

    private static MetaResultSet answer(ClientConnection c, MetadataRows.Answer answer) {
        Signature signature = new Signature(answer.columns(), "", List.of(), Map.of(), CursorFactory.LIST,
                StatementType.SELECT);
        return MetaResultSet.create(c.id, c.nextStatementId(), true, signature, new Frame(0, true, answer.rows()));
    }

    /** No rows, with one column, as nothing reads it. */
    private MetaResultSet none(ConnectionHandle ch, String column) {
        List<ColumnMetaData> columns = List
                .of(org.apache.calcite.avatica.MetaImpl.columnMetaData(column, 0, String.class, true));
        return on(ch.id, c -> answer(c, new MetadataRows.Answer(columns, List.of())));
    }

    @Override
    public MetaResultSet getTables(ConnectionHandle ch, String catalog, Pat schema, Pat table, List<String> types) {
        if (types != null && types.size() == 1) {
            switch (types.get(0)) {
                case PRIMARY_KEYS -> {
                    return getPrimaryKeys(ch, catalog, schema.s, table.s);
                }
                case INDEX_INFO -> {
                    return getIndexInfo(ch, catalog, schema.s, table.s, false, true);
                }
                case FUNCTIONS -> {
                    return getFunctions(ch, catalog, schema, table);
                }
                default -> {
                    // An ordinary type of table.
                }
            }
        }
        return answer(ch, m -> m.tables(schema, table, types));
    }

    @Override
    public MetaResultSet getColumns(ConnectionHandle ch, String catalog, Pat schema, Pat table, Pat column) {
        return answer(ch, m -> m.columns(schema, table, column));
    }

    @Override
    public MetaResultSet getSchemas(ConnectionHandle ch, String catalog, Pat schema) {
        return answer(ch, m -> m.schemas(schema));
    }

    @Override
    public MetaResultSet getCatalogs(ConnectionHandle ch) {
        return answer(ch, MetadataRows::catalogs);
    }

    @Override
    public MetaResultSet getTableTypes(ConnectionHandle ch) {
        return answer(ch, MetadataRows::tableTypes);
    }

    @Override
    public MetaResultSet getTypeInfo(ConnectionHandle ch) {
        return answer(ch, _ -> MetadataRows.typeInfo());
    }

    @Override
    public MetaResultSet getPrimaryKeys(ConnectionHandle ch, String catalog, String schema, String table) {
        return answer(ch, m -> m.primaryKeys(schema, table));
    }

    @Override
    public MetaResultSet getIndexInfo(ConnectionHandle ch, String catalog, String schema, String table, boolean unique,
            boolean approximate) {
        return answer(ch, m -> m.indexInfo(schema, table));
    }

    @Override
    public MetaResultSet getFunctions(ConnectionHandle ch, String catalog, Pat schema, Pat name) {
        return answer(ch, m -> m.functions(schema, name));
    }

    @Override
    public MetaResultSet getProcedures(ConnectionHandle ch, String catalog, Pat schema, Pat name) {
        return none(ch, "PROCEDURE_NAME");
    }

    @Override
    public MetaResultSet getProcedureColumns(ConnectionHandle ch, String catalog, Pat schema, Pat name, Pat column) {
        return none(ch, "PROCEDURE_NAME");
    }

    @Override
    public MetaResultSet getColumnPrivileges(ConnectionHandle ch, String catalog, String schema, String table,
            Pat column) {
        return none(ch, "COLUMN_NAME");
    }

    @Override
    public MetaResultSet getTablePrivileges(ConnectionHandle ch, String catalog, Pat schema, Pat table) {
        return none(ch, "TABLE_NAME");
    }

    @Override
    public MetaResultSet getBestRowIdentifier(ConnectionHandle ch, String catalog, String schema, String table,
            int scope, boolean nullable) {
        return none(ch, "COLUMN_NAME");
    }

    @Override
    public MetaResultSet getVersionColumns(ConnectionHandle ch, String catalog, String schema, String table) {
        return none(ch, "COLUMN_NAME");
    }

    @Override
    public MetaResultSet getImportedKeys(ConnectionHandle ch, String catalog, String schema, String table) {
        return none(ch, "FKTABLE_NAME");
    }

    @Override
    public MetaResultSet getExportedKeys(ConnectionHandle ch, String catalog, String schema, String table) {
        return none(ch, "FKTABLE_NAME");
    }

    @Override
    public MetaResultSet getCrossReference(ConnectionHandle ch, String parentCatalog, String parentSchema,
            String parentTable, String foreignCatalog, String foreignSchema, String foreignTable) {
        return none(ch, "FKTABLE_NAME");
    }

    @Override
    public MetaResultSet getUDTs(ConnectionHandle ch, String catalog, Pat schema, Pat type, int[] types) {
        return none(ch, "TYPE_NAME");
    }

    @Override
    public MetaResultSet getSuperTypes(ConnectionHandle ch, String catalog, Pat schema, Pat type) {
        return none(ch, "TYPE_NAME");
    }

    @Override
    public MetaResultSet getSuperTables(ConnectionHandle ch, String catalog, Pat schema, Pat table) {
        return none(ch, "TABLE_NAME");
    }

    @Override
    public MetaResultSet getAttributes(ConnectionHandle ch, String catalog, Pat schema, Pat type, Pat attribute) {
        return none(ch, "ATTR_NAME");
    }

    @Override
    public MetaResultSet getClientInfoProperties(ConnectionHandle ch) {
        return none(ch, "NAME");
    }

    @Override
    public MetaResultSet getFunctionColumns(ConnectionHandle ch, String catalog, Pat schema, Pat function, Pat column) {
        return none(ch, "COLUMN_NAME");
    }

    @Override
    public MetaResultSet getPseudoColumns(ConnectionHandle ch, String catalog, Pat schema, Pat table, Pat column) {
        return none(ch, "COLUMN_NAME");
    }
}
