package io.nokv.sql.avatica;

import io.nokv.sql.api.Column;
import io.nokv.sql.api.SqlCatalog;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;

/** The answers of DatabaseMetaData, built from a {@link SqlCatalog}. Columns and order are those of the JDBC API. */
final class MetadataRows {
    /** Columns and rows of one answer. */
    record Answer(List<ColumnMetaData> columns, List<Object> rows) {}

    private static final List<Column.Type> LISTED_TYPES = List.of(Column.Type.VARBINARY, Column.Type.BIGINT,
            Column.Type.DECIMAL, Column.Type.INTEGER, Column.Type.DOUBLE, Column.Type.VARCHAR, Column.Type.BOOLEAN,
            Column.Type.DATE, Column.Type.TIME, Column.Type.TIMESTAMP);

    private final SqlCatalog catalog;

    MetadataRows(SqlCatalog catalog) {
        this.catalog = catalog;
    }

    /** Pairs of name and class. */
    private static List<ColumnMetaData> columns(Object... namesAndClasses) {
        List<ColumnMetaData> out = new ArrayList<>();
        for (int i = 0; i < namesAndClasses.length; i += 2) {
            Class<?> type = (Class<?>) namesAndClasses[i + 1];
            out.add(MetaImpl.columnMetaData((String) namesAndClasses[i], i / 2, type, !type.isPrimitive()));
        }
        return out;
    }

    private static Object row(Object... values) {
        return Arrays.asList(values);
    }

    private boolean ours(Meta.Pat schema) {
        return Like.matches(schema, catalog.schema());
    }

    private List<SqlCatalog.Table> tables(Meta.Pat schema, Meta.Pat name) {
        return !ours(schema)
                ? List.of()
                : catalog.tables().stream().filter(t -> Like.matches(name, t.name()))
                        .sorted(Comparator.comparing(SqlCatalog.Table::name)).toList();
    }

    private List<SqlCatalog.Table> table(String schema, String name) {
        return schema != null && !schema.isEmpty() && !schema.equalsIgnoreCase(catalog.schema())
                ? List.of()
                : catalog.tables().stream().filter(t -> t.name().equalsIgnoreCase(name)).toList();
    }

    Answer catalogs() {
        return new Answer(columns("TABLE_CAT", String.class), List.of());
    }

    Answer schemas(Meta.Pat pattern) {
        return new Answer(columns("TABLE_SCHEM", String.class, "TABLE_CATALOG", String.class),
                ours(pattern) ? List.of(row(catalog.schema(), null)) : List.of());
    }

    Answer tableTypes() {
        List<Object> rows = new ArrayList<>();
        catalog.tables().stream().map(SqlCatalog.Table::type).distinct().sorted().forEach(t -> rows.add(row(t)));
        return new Answer(columns("TABLE_TYPE", String.class), rows);
    }

    /** @param types null for all */
    Answer tables(Meta.Pat schema, Meta.Pat name, List<String> types) {
        List<Object> rows = new ArrayList<>();
        tables(schema, name).stream().filter(t -> types == null || types.isEmpty() || types.contains(t.type()))
                .sorted(Comparator.comparing(SqlCatalog.Table::type).thenComparing(SqlCatalog.Table::name))
                .forEach(t -> rows.add(row(null, catalog.schema(), t.name(), t.type(), t.remarks(), null, null, null,
                        null, null)));
        return new Answer(columns("TABLE_CAT", String.class, "TABLE_SCHEM", String.class, "TABLE_NAME", String.class,
                "TABLE_TYPE", String.class, "REMARKS", String.class, "TYPE_CAT", String.class, "TYPE_SCHEM",
                String.class, "TYPE_NAME", String.class, "SELF_REFERENCING_COL_NAME", String.class, "REF_GENERATION",
                String.class), rows);
    }

    Answer columns(Meta.Pat schema, Meta.Pat table, Meta.Pat name) {
        List<Object> rows = new ArrayList<>();
        for (SqlCatalog.Table t : tables(schema, table)) {
            int ordinal = 0;
            for (Column c : t.columns()) {
                ordinal++;
                if (Like.matches(name, c.label())) {
                    rows.add(columnRow(t, c, ordinal));
                }
            }
        }
        return new Answer(columns("TABLE_CAT", String.class, "TABLE_SCHEM", String.class, "TABLE_NAME", String.class,
                "COLUMN_NAME", String.class, "DATA_TYPE", int.class, "TYPE_NAME", String.class, "COLUMN_SIZE",
                Integer.class, "BUFFER_LENGTH", Integer.class, "DECIMAL_DIGITS", Integer.class, "NUM_PREC_RADIX",
                Integer.class, "NULLABLE", int.class, "REMARKS", String.class, "COLUMN_DEF", String.class,
                "SQL_DATA_TYPE", Integer.class, "SQL_DATETIME_SUB", Integer.class, "CHAR_OCTET_LENGTH", Integer.class,
                "ORDINAL_POSITION", int.class, "IS_NULLABLE", String.class, "SCOPE_CATALOG", String.class,
                "SCOPE_SCHEMA", String.class, "SCOPE_TABLE", String.class, "SOURCE_DATA_TYPE", Short.class,
                "IS_AUTOINCREMENT", String.class, "IS_GENERATEDCOLUMN", String.class), rows);
    }

    private Object columnRow(SqlCatalog.Table t, Column c, int ordinal) {
        boolean sized = c.type() == Column.Type.VARCHAR || c.type() == Column.Type.VARBINARY;
        Integer digits = switch (c.type()) {
            case INTEGER, BIGINT -> 0;
            case DECIMAL -> c.scale();
            case TIMESTAMP -> c.precision();
            case BOOLEAN, DOUBLE, VARCHAR, VARBINARY, DATE, TIME, NULL -> null;
        };
        Integer radix = switch (c.type()) {
            case INTEGER, BIGINT, DECIMAL, DOUBLE -> 10;
            case BOOLEAN, VARCHAR, VARBINARY, TIMESTAMP, DATE, TIME, NULL -> null;
        };
        int size = WireTypes.columnSize(c);
        return row(null, catalog.schema(), t.name(), c.label(), WireTypes.jdbcType(c.type()),
                WireTypes.typeName(c.type()), size, null, digits, radix,
                c.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls, c.remarks(), null,
                null, null, sized ? (Integer) size : null, ordinal, c.nullable() ? "YES" : "NO", null, null, null,
                null, "NO", "NO");
    }

    Answer primaryKeys(String schema, String name) {
        List<Object> rows = new ArrayList<>();
        for (SqlCatalog.Table t : table(schema, name)) {
            List<String> byName = t.primaryKey().stream().sorted().toList();
            for (String column : byName) {
                rows.add(row(null, catalog.schema(), t.name(), column, (short) (t.primaryKey().indexOf(column) + 1),
                        t.name() + "_pk"));
            }
        }
        return new Answer(columns("TABLE_CAT", String.class, "TABLE_SCHEM", String.class, "TABLE_NAME", String.class,
                "COLUMN_NAME", String.class, "KEY_SEQ", short.class, "PK_NAME", String.class), rows);
    }

    /** The primary key is the only index a table has. */
    Answer indexInfo(String schema, String name) {
        List<Object> rows = new ArrayList<>();
        for (SqlCatalog.Table t : table(schema, name)) {
            short ordinal = 0;
            for (String column : t.primaryKey()) {
                rows.add(row(null, catalog.schema(), t.name(), false, null, t.name() + "_pk",
                        DatabaseMetaData.tableIndexOther, ++ordinal, column, "A", 0L, 0L, null));
            }
        }
        return new Answer(columns("TABLE_CAT", String.class, "TABLE_SCHEM", String.class, "TABLE_NAME", String.class,
                "NON_UNIQUE", boolean.class, "INDEX_QUALIFIER", String.class, "INDEX_NAME", String.class, "TYPE",
                short.class, "ORDINAL_POSITION", short.class, "COLUMN_NAME", String.class, "ASC_OR_DESC",
                String.class, "CARDINALITY", long.class, "PAGES", long.class, "FILTER_CONDITION", String.class), rows);
    }

    Answer functions(Meta.Pat schema, Meta.Pat name) {
        List<Object> rows = new ArrayList<>();
        if (ours(schema)) {
            catalog.functions().stream().filter(f -> Like.matches(name, f.name()))
                    .sorted(Comparator.comparing(SqlCatalog.Function::name)).forEach(f -> {
                        int kind = f.table()
                                ? DatabaseMetaData.functionReturnsTable
                                : DatabaseMetaData.functionNoTable;
                        rows.add(row(null, catalog.schema(), f.name(), f.signature() + ": " + f.remarks(),
                                (short) kind, f.name()));
                    });
        }
        return new Answer(columns("FUNCTION_CAT", String.class, "FUNCTION_SCHEM", String.class, "FUNCTION_NAME",
                String.class, "REMARKS", String.class, "FUNCTION_TYPE", short.class, "SPECIFIC_NAME", String.class),
                rows);
    }

    static Answer typeInfo() {
        List<Object> rows = new ArrayList<>();
        for (Column.Type type : LISTED_TYPES) {
            boolean text = type == Column.Type.VARCHAR;
            boolean quoted = switch (type) {
                case VARCHAR, DATE, TIME, TIMESTAMP, VARBINARY -> true;
                case BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL, NULL -> false;
            };
            String prefix = switch (type) {
                case VARBINARY -> "X'";
                case DATE, TIME, TIMESTAMP -> type.name() + " '";
                case VARCHAR -> "'";
                case BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL, NULL -> null;
            };
            boolean number = switch (type) {
                case INTEGER, BIGINT, DOUBLE, DECIMAL -> true;
                case BOOLEAN, VARCHAR, DATE, TIME, TIMESTAMP, VARBINARY, NULL -> false;
            };
            Column example = new Column("", "", type, type == Column.Type.TIMESTAMP ? 3 : 0, 0, true, "");
            rows.add(row(WireTypes.typeName(type), WireTypes.jdbcType(type), WireTypes.columnSize(example), prefix,
                    quoted ? "'" : null, null, (short) DatabaseMetaData.typeNullable, text,
                    (short) DatabaseMetaData.typeSearchable, !number, false, false,
                    type.name().toLowerCase(Locale.ROOT), (short) 0,
                    (short) (type == Column.Type.DECIMAL ? 38 : type == Column.Type.TIMESTAMP ? 3 : 0), null, null,
                    number ? (Integer) 10 : null));
        }
        return new Answer(columns("TYPE_NAME", String.class, "DATA_TYPE", int.class, "PRECISION", Integer.class,
                "LITERAL_PREFIX", String.class, "LITERAL_SUFFIX", String.class, "CREATE_PARAMS", String.class,
                "NULLABLE", short.class, "CASE_SENSITIVE", boolean.class, "SEARCHABLE", short.class,
                "UNSIGNED_ATTRIBUTE", boolean.class, "FIXED_PREC_SCALE", boolean.class, "AUTO_INCREMENT",
                boolean.class, "LOCAL_TYPE_NAME", String.class, "MINIMUM_SCALE", Short.class, "MAXIMUM_SCALE",
                Short.class, "SQL_DATA_TYPE", Integer.class, "SQL_DATETIME_SUB", Integer.class, "NUM_PREC_RADIX",
                Integer.class), rows);
    }
}
