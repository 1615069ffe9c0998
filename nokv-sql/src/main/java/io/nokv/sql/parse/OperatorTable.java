package io.nokv.sql.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.util.ReflectiveSqlOperatorTable;

/**
 * The operators a statement may name: the standard ones without those that reach outside or that nobody executes here
 * (JSON, XML, spatial, streaming windows, pattern matching, sequences), some well-known others by name, and our own.
 */
final class OperatorTable extends ReflectiveSqlOperatorTable {
    private static final Set<String> LEFT_OUT = Set.of("SYSTEM_USER", "CURRENT_PATH", "CURRENT_ROLE", "RAND",
            "RAND_INTEGER", "TUMBLE", "HOP", "SESSION", "TUMBLE_START", "TUMBLE_END", "HOP_START", "HOP_END",
            "SESSION_START", "SESSION_END", "TYPEOF", "VARIANTNULL", "CONVERT", "TRANSLATE", "SIMILAR TO",
            "NOT SIMILAR TO", "POSIX REGEX CASE SENSITIVE", "POSIX REGEX CASE INSENSITIVE",
            "NEGATED POSIX REGEX CASE SENSITIVE", "NEGATED POSIX REGEX CASE INSENSITIVE", "CLASSIFIER", "MATCH_NUMBER",
            "FIRST", "LAST", "PREV", "NEXT", "NEXT_VALUE", "CURRENT_VALUE", "NEXT VALUE", "CURRENT VALUE", "COLLECT",
            "FUSION", "INTERSECTION", "MODE", "PERCENTILE_CONT", "PERCENTILE_DISC", "TABLESAMPLE", "ARG_MAX", "ARG_MIN",
            "REGR_COUNT", "REGR_SXX", "REGR_SYY", "COVAR_POP", "COVAR_SAMP", "LEFTSHIFT", "BIT_LEFT_SHIFT");

    static final SqlOperatorTable INSTANCE = new OperatorTable();

    private OperatorTable() {
        setOperators(buildIndex(operators()));
    }

    private static List<SqlOperator> operators() {
        List<SqlOperator> operators = new ArrayList<>();
        for (SqlOperator operator : SqlStdOperatorTable.instance().getOperatorList()) {
            String name = operator.getName();
            if (!LEFT_OUT.contains(name) && !name.startsWith("JSON") && !name.contains("JSON ")) {
                operators.add(operator);
            }
        }
        operators.addAll(List.of(SqlLibraryOperators.ILIKE, SqlLibraryOperators.NOT_ILIKE, SqlLibraryOperators.LEFT,
                SqlLibraryOperators.RIGHT, SqlLibraryOperators.STARTS_WITH, SqlLibraryOperators.ENDS_WITH,
                SqlLibraryOperators.SPLIT_PART, SqlLibraryOperators.REPEAT, SqlLibraryOperators.REVERSE,
                SqlLibraryOperators.LENGTH, SqlLibraryOperators.LTRIM, SqlLibraryOperators.RTRIM,
                SqlLibraryOperators.GREATEST, SqlLibraryOperators.LEAST, SqlLibraryOperators.NVL,
                SqlLibraryOperators.SUBSTR_POSTGRESQL, SqlLibraryOperators.CONCAT_FUNCTION,
                SqlLibraryOperators.BOOL_AND, SqlLibraryOperators.BOOL_OR, SqlLibraryOperators.STRING_AGG));
        operators.addAll(FunctionOperator.scalars());
        operators.addAll(FunctionOperator.all());
        operators.add(FunctionOperator.OPAQUE_TEXT);
        return operators;
    }
}
