package io.nokv.sql.avatica;

import io.nokv.sql.api.Column;
import io.nokv.sql.api.PreparedSql;
import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.Meta;

/** Our column types in Avatica's terms. Stateless. */
final class WireTypes {
    /**
     * How one type is named and carried. Whatever is a number on the wire says so (NUMBER): the stock client rewrites
     * other representations to it, and with one form every client, also an embedded one, reads values the same way.
     */
    private record Wire(int jdbcType, String name, Rep rep, String className, int displaySize, boolean signed) {}

    private WireTypes() {}

    private static Wire wire(Column.Type type) {
        return switch (type) {
            case BOOLEAN -> new Wire(Types.BOOLEAN, "BOOLEAN", Rep.BOOLEAN, "java.lang.Boolean", 5, false);
            case INTEGER -> new Wire(Types.INTEGER, "INTEGER", Rep.NUMBER, "java.lang.Integer", 11, true);
            case BIGINT -> new Wire(Types.BIGINT, "BIGINT", Rep.NUMBER, "java.lang.Long", 20, true);
            case DOUBLE -> new Wire(Types.DOUBLE, "DOUBLE", Rep.NUMBER, "java.lang.Double", 24, true);
            case DECIMAL -> new Wire(Types.DECIMAL, "DECIMAL", Rep.NUMBER, "java.math.BigDecimal", 40, true);
            case VARCHAR -> new Wire(Types.VARCHAR, "VARCHAR", Rep.STRING, "java.lang.String", 0, false);
            case VARBINARY -> new Wire(Types.VARBINARY, "VARBINARY", Rep.BYTE_STRING, "[B", 0, false);
            case TIMESTAMP -> new Wire(Types.TIMESTAMP, "TIMESTAMP", Rep.NUMBER, "java.sql.Timestamp", 23, false);
            case DATE -> new Wire(Types.DATE, "DATE", Rep.NUMBER, "java.sql.Date", 10, false);
            case TIME -> new Wire(Types.TIME, "TIME", Rep.NUMBER, "java.sql.Time", 12, false);
            case NULL -> new Wire(Types.NULL, "NULL", Rep.OBJECT, "java.lang.Object", 4, false);
        };
    }

    static int jdbcType(Column.Type type) {
        return wire(type).jdbcType;
    }

    /** Bare: "BIGINT", never "BIGINT NOT NULL". */
    static String typeName(Column.Type type) {
        return wire(type).name;
    }

    /** Characters, bytes or digits, as DatabaseMetaData.getColumns counts COLUMN_SIZE; never negative. */
    static int columnSize(Column column) {
        return switch (column.type()) {
            case BOOLEAN -> 1;
            case INTEGER -> 10;
            case BIGINT -> 19;
            case DOUBLE -> 15;
            case DECIMAL -> column.precision() > 0 ? column.precision() : 38;
            case VARCHAR, VARBINARY -> column.precision() > 0 ? column.precision() : Integer.MAX_VALUE;
            case TIMESTAMP -> 23;
            case DATE -> 10;
            case TIME -> 12;
            case NULL -> 0;
        };
    }

    private static ColumnMetaData column(Column c, int ordinal, String schema) {
        Wire w = wire(c.type());
        int size = w.displaySize > 0 ? w.displaySize : Math.min(columnSize(c), 65_535);
        int precision = switch (c.type()) {
            case TIMESTAMP, TIME -> c.precision();
            case BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL, VARCHAR, VARBINARY, DATE, NULL -> columnSize(c);
        };
        return new ColumnMetaData(ordinal, false, c.type() == Column.Type.VARCHAR, true, false,
                c.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls, w.signed, size,
                c.label(), c.label(), c.table().isEmpty() ? "" : schema, precision, c.scale(), c.table(), "",
                ColumnMetaData.scalar(w.jdbcType, w.name, w.rep), true, false, false, w.className);
    }

    /** Rows travel as lists in the order of the columns. */
    static Meta.Signature signature(PreparedSql prepared, String schema) {
        List<ColumnMetaData> columns = new ArrayList<>(prepared.columns().size());
        for (Column c : prepared.columns()) {
            columns.add(column(c, columns.size(), schema));
        }
        List<AvaticaParameter> parameters = new ArrayList<>(prepared.parameters().size());
        for (Column.Type type : prepared.parameters()) {
            Wire w = wire(type);
            parameters.add(new AvaticaParameter(w.signed, 0, 0, w.jdbcType, w.name, w.className,
                    "?" + (parameters.size() + 1)));
        }
        Meta.StatementType kind = switch (prepared.kind()) {
            case QUERY -> Meta.StatementType.SELECT;
            case CHANGE -> Meta.StatementType.UPDATE;
            case CONTROL -> Meta.StatementType.OTHER_DDL;
        };
        return Meta.Signature.create(columns, prepared.sql(), parameters, Meta.CursorFactory.LIST, kind);
    }
}
