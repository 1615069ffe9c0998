package io.nokv.sql.plan;

import io.nokv.sql.api.Column;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.exec.Cursor;
import io.nokv.sql.exec.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.type.SqlTypeName;

/** Types of results and parameters as the API has them, and rows brought into exactly those classes. */
final class ResultColumns {
    private ResultColumns() {}

    static List<Column> of(RelDataType row, List<List<String>> origins) {
        List<Column> columns = new ArrayList<>();
        for (RelDataTypeField field : row.getFieldList()) {
            List<String> origin = origins.size() > field.getIndex() ? origins.get(field.getIndex()) : null;
            String table = origin == null || origin.size() < 2 ? "" : origin.get(origin.size() - 2);
            RelDataType type = field.getType();
            Column.Type shown = shown(type);
            int precision = switch (shown) {
                case VARCHAR, VARBINARY, DECIMAL -> Math.max(0, type.getPrecision());
                case TIMESTAMP -> 3;
                default -> 0;
            };
            int scale = shown == Column.Type.DECIMAL ? type.getScale() : 0;
            columns.add(new Column(field.getName(), table, shown, precision, scale, type.isNullable(), ""));
        }
        return List.copyOf(columns);
    }

    static List<Column.Type> parameters(RelDataType row) {
        return row.getFieldList().stream().map(f -> shown(f.getType())).toList();
    }

    private static Column.Type shown(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> Column.Type.BOOLEAN;
            case TINYINT, SMALLINT, INTEGER -> Column.Type.INTEGER;
            case BIGINT -> Column.Type.BIGINT;
            case FLOAT, REAL, DOUBLE -> Column.Type.DOUBLE;
            case DECIMAL -> Column.Type.DECIMAL;
            case CHAR, VARCHAR, SYMBOL, ANY -> Column.Type.VARCHAR;
            case BINARY, VARBINARY -> Column.Type.VARBINARY;
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> Column.Type.TIMESTAMP;
            case DATE -> Column.Type.DATE;
            case TIME -> Column.Type.TIME;
            case NULL, UNKNOWN -> Column.Type.NULL;
            default -> {
                if (SqlTypeName.INTERVAL_TYPES.contains(type.getSqlTypeName())) {
                    yield Column.Type.BIGINT;
                }
                throw SqlState.NOT_SUPPORTED.failure("results of type " + type + " are not supported");
            }
        };
    }

    /** Values in the class that the column promises; already so in almost every row. */
    static Operator conform(Operator input, List<Column> columns) {
        Column.Type[] types = columns.stream().map(Column::type).toArray(Column.Type[]::new);
        return x -> {
            Cursor cursor = input.open(x);
            return new Cursor() {
                @Override
                public Object[] next() {
                    Object[] row = cursor.next();
                    if (row == null) {
                        return null;
                    }
                    Object[] out = null;
                    for (int i = 0; i < types.length; i++) {
                        Object value = conform(row[i], types[i]);
                        if (value != row[i]) {
                            if (out == null) {
                                out = row.clone();
                            }
                            out[i] = value;
                        }
                    }
                    return out == null ? row : out;
                }

                @Override
                public void close() {
                    cursor.close();
                }
            };
        };
    }

    private static Object conform(Object value, Column.Type type) {
        if (value == null) {
            return null;
        }
        return switch (type) {
            case INTEGER, DATE, TIME -> value instanceof Integer ? value : (Object) ((Number) value).intValue();
            case BIGINT, TIMESTAMP -> value instanceof Long ? value : (Object) ((Number) value).longValue();
            case DOUBLE -> value instanceof Double ? value : (Object) ((Number) value).doubleValue();
            case DECIMAL -> value instanceof BigDecimal
                    ? value
                    : value instanceof Double d
                            ? BigDecimal.valueOf(d)
                            : BigDecimal.valueOf(((Number) value).longValue());
            case VARCHAR -> value instanceof String ? value : value.toString();
            case BOOLEAN, VARBINARY, NULL -> value;
        };
    }
}
