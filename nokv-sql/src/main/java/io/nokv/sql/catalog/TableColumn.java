package io.nokv.sql.catalog;

import io.nokv.sql.api.Column;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * A column of a table or table function.
 *
 * @param name lower case
 * @param precision length of VARCHAR and VARBINARY, fraction digits of TIMESTAMP, else 0
 * @param reader takes the value out of one source row
 */
public record TableColumn(String name, SqlTypeName type, int precision, boolean nullable, String remarks,
        Reader reader) {
    /** Reads one value, in the form that {@link Column.Type} says. */
    public interface Reader {
        /** @param source what the namespace handed out: an Entry, Attributes, ... as the table says */
        Object read(String mount, Object source);
    }

    static TableColumn bigint(String name, String remarks, Reader reader) {
        return new TableColumn(name, SqlTypeName.BIGINT, 0, false, remarks, reader);
    }

    static TableColumn integer(String name, String remarks, Reader reader) {
        return new TableColumn(name, SqlTypeName.INTEGER, 0, false, remarks, reader);
    }

    static TableColumn text(String name, int length, String remarks, Reader reader) {
        return new TableColumn(name, SqlTypeName.VARCHAR, length, false, remarks, reader);
    }

    static TableColumn timestamp(String name, String remarks, Reader reader) {
        return new TableColumn(name, SqlTypeName.TIMESTAMP, 3, false, remarks, reader);
    }

    TableColumn asNullable() {
        return new TableColumn(name, type, precision, true, remarks, reader);
    }

    /** Calcite's type of this column. */
    public RelDataType type(RelDataTypeFactory types) {
        RelDataType plain = precision > 0 ? types.createSqlType(type, precision) : types.createSqlType(type);
        return types.createTypeWithNullability(plain, nullable);
    }

    /** As DatabaseMetaData shows it. */
    public Column shown(String table) {
        Column.Type shown = switch (type) {
            case BIGINT -> Column.Type.BIGINT;
            case INTEGER -> Column.Type.INTEGER;
            case VARCHAR -> Column.Type.VARCHAR;
            case VARBINARY -> Column.Type.VARBINARY;
            case TIMESTAMP -> Column.Type.TIMESTAMP;
            default -> throw new AssertionError("no column has type " + type.getName().toLowerCase(Locale.ROOT));
        };
        return new Column(name, table, shown, precision, 0, nullable, remarks);
    }
}
