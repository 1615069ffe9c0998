package io.nokv.sql.catalog;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** How types combine where the standard leaves a choice: averages of integers have fractions, unions do not pad. */
public final class TypeSystem extends RelDataTypeSystemImpl {
    public static final TypeSystem INSTANCE = new TypeSystem();

    private TypeSystem() {}

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
        return true;
    }

    @Override
    public int getMaxPrecision(SqlTypeName type) {
        return type == SqlTypeName.DECIMAL ? 38 : super.getMaxPrecision(type);
    }

    @Override
    public int getMaxScale(SqlTypeName type) {
        return type == SqlTypeName.DECIMAL ? 38 : super.getMaxScale(type);
    }

    /** A TIMESTAMP that says no more has the milliseconds that every TIMESTAMP here has, and CAST keeps them. */
    @Override
    public int getDefaultPrecision(SqlTypeName type) {
        return type == SqlTypeName.TIMESTAMP ? 3 : super.getDefaultPrecision(type);
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory types, RelDataType argument) {
        if (SqlTypeUtil.isNumeric(argument)) {
            return types.createTypeWithNullability(types.createSqlType(SqlTypeName.DOUBLE), argument.isNullable());
        }
        return argument;
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory types, RelDataType argument) {
        if (SqlTypeUtil.isIntType(argument)) {
            return types.createTypeWithNullability(types.createSqlType(SqlTypeName.BIGINT), argument.isNullable());
        }
        if (SqlTypeUtil.isDecimal(argument)) {
            return types.createTypeWithNullability(
                    types.createSqlType(SqlTypeName.DECIMAL, 38, argument.getScale()), argument.isNullable());
        }
        if (SqlTypeUtil.isApproximateNumeric(argument)) {
            return types.createTypeWithNullability(types.createSqlType(SqlTypeName.DOUBLE), argument.isNullable());
        }
        return argument;
    }
}
