package io.nokv.sql.parse;

import io.nokv.sql.catalog.TableColumn;
import io.nokv.sql.catalog.TableFunction;
import java.util.List;
import java.util.TreeMap;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlTableFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;

/** A table function as Calcite sees it: with all its parameters, in order. */
public final class FunctionOperator extends SqlFunction implements SqlTableFunction {
    private static final TreeMap<String, FunctionOperator> BY_NAME = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        for (TableFunction function : TableFunction.values()) {
            BY_NAME.put(function.name(), new FunctionOperator(function));
        }
    }

    private final TableFunction function;

    private FunctionOperator(TableFunction function) {
        super(function.name(), SqlKind.OTHER_FUNCTION, ReturnTypes.CURSOR, (binding, _, operandTypes) -> {
            RelDataTypeFactory types = binding.getTypeFactory();
            for (int i = 0; i < operandTypes.length; i++) {
                operandTypes[i] = types.createTypeWithNullability(
                        types.createSqlType(function.parameters().get(i).type()), true);
            }
        }, OperandTypes.family(function.parameters().stream()
                .map(p -> p.type() == SqlTypeName.VARCHAR ? SqlTypeFamily.CHARACTER : SqlTypeFamily.NUMERIC)
                .toList()), SqlFunctionCategory.USER_DEFINED_TABLE_FUNCTION);
        this.function = function;
    }

    /** Null when no table function has this name. */
    static FunctionOperator find(String name) {
        return BY_NAME.get(name);
    }

    static List<FunctionOperator> all() {
        return List.copyOf(BY_NAME.values());
    }

    public TableFunction function() {
        return function;
    }

    @Override
    public SqlReturnTypeInference getRowTypeInference() {
        return binding -> {
            RelDataTypeFactory types = binding.getTypeFactory();
            RelDataTypeFactory.Builder row = types.builder();
            for (TableColumn column : function.columns()) {
                row.add(column.name(), column.type(types));
            }
            return row.build();
        };
    }

    /** PATH_OF and INODE_OF: never folded at planning time, because they read. */
    static List<SqlFunction> scalars() {
        return List.of(
                new Scalar("PATH_OF", ReturnTypes.explicit(SqlTypeName.VARCHAR)
                        .andThen(org.apache.calcite.sql.type.SqlTypeTransforms.FORCE_NULLABLE),
                        List.of(SqlTypeFamily.CHARACTER, SqlTypeFamily.NUMERIC),
                        List.of(SqlTypeName.VARCHAR, SqlTypeName.BIGINT)),
                new Scalar("INODE_OF", ReturnTypes.explicit(SqlTypeName.BIGINT)
                        .andThen(org.apache.calcite.sql.type.SqlTypeTransforms.FORCE_NULLABLE),
                        List.of(SqlTypeFamily.CHARACTER), List.of(SqlTypeName.VARCHAR)));
    }

    /**
     * A text as it is, hidden from Calcite's simplification of ranges, which would order it by UTF-16 units: needed
     * where that order is not ours.
     */
    public static final SqlFunction OPAQUE_TEXT = new SqlFunction("NOKV_TEXT", SqlKind.OTHER_FUNCTION,
            ReturnTypes.ARG0, null, OperandTypes.CHARACTER, SqlFunctionCategory.USER_DEFINED_FUNCTION) {
        @Override
        public boolean isDynamicFunction() {
            return true;
        }
    };

    private static final class Scalar extends SqlFunction {
        Scalar(String name, SqlReturnTypeInference returns, List<SqlTypeFamily> families, List<SqlTypeName> types) {
            super(name, SqlKind.OTHER_FUNCTION, returns, (binding, _, operandTypes) -> {
                for (int i = 0; i < operandTypes.length; i++) {
                    RelDataType type = binding.getTypeFactory().createSqlType(types.get(i));
                    operandTypes[i] = binding.getTypeFactory().createTypeWithNullability(type, true);
                }
            }, OperandTypes.family(families), SqlFunctionCategory.USER_DEFINED_FUNCTION);
        }

        @Override
        public boolean isDynamicFunction() {
            return true;
        }
    }
}
