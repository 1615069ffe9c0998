package io.nokv.sql.error;

import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.sql.api.SqlFailure;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Turns whatever a statement ran into into one {@link SqlFailure}. */
public final class SqlErrors {
    private static final System.Logger LOG = System.getLogger("io.nokv.sql");

    /** Validator messages, by their fixed English parts, and what they mean. First match wins. */
    private static final Object[][] MEANINGS = {{"Object '.*' not found", SqlState.UNDEFINED_TABLE},
            {"Table '.*' not found", SqlState.UNDEFINED_TABLE},
            {"Column '.*' not found", SqlState.UNDEFINED_COLUMN},
            {"Unknown field", SqlState.UNDEFINED_COLUMN}, {"Unknown target column", SqlState.UNDEFINED_COLUMN},
            {"Column '.*' is ambiguous", SqlState.AMBIGUOUS_COLUMN},
            {"is assigned more than once|Duplicate (?:column|name)", SqlState.DUPLICATE_COLUMN},
            {"No match found for function signature", SqlState.UNDEFINED_FUNCTION},
            {"not supported for dialect|Invalid number of arguments to function", SqlState.UNDEFINED_FUNCTION},
            {"Illegal use of dynamic parameter", SqlState.INDETERMINATE_PARAMETER},
            {"is not being grouped|Aggregate expression|Aggregate expressions|must not contain aggregate|illegal in",
                    SqlState.GROUPING_ERROR},
            {"Illegal (?:TIMESTAMP|DATE|TIME|INTERVAL) literal", SqlState.INVALID_DATETIME},
            {"out of range|overflow", SqlState.NUMERIC_OUT_OF_RANGE},
            {"Cannot apply|cannot be cast|Cast function cannot convert|not comparable|Illegal mixing of types"
                    + "|Cannot assign|Type mismatch|Operands .* not comparable|must have compatible types",
                    SqlState.DATATYPE_MISMATCH},
            {"is not a temporal table", SqlState.NOT_SUPPORTED},
            {"[Uu]nsupported|not supported|not implemented", SqlState.NOT_SUPPORTED},
            {"does not allow NULLs", SqlState.NOT_NULL_VIOLATION}};
    private static final Pattern[] PATTERNS = new Pattern[MEANINGS.length];

    static {
        for (int i = 0; i < MEANINGS.length; i++) {
            PATTERNS[i] = Pattern.compile((String) MEANINGS[i][0]);
        }
    }

    private SqlErrors() {}

    /** Never null; a {@link SqlFailure} comes back as it is. Programming errors are logged and shown as internal. */
    public static SqlFailure of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            // The parser wraps it into a syntax error.
            if (t instanceof StackOverflowError) {
                return SqlState.STATEMENT_TOO_COMPLEX.failure("the statement is nested too deeply", t);
            }
        }
        for (Throwable t = failure; t != null; t = t.getCause()) {
            switch (t) {
                case SqlFailure known -> {
                    return known;
                }
                case NamespaceException refusal -> {
                    return refusal(refusal);
                }
                case NokvException lower -> {
                    return SqlState.of(Reason.of(lower.code())).failure(lower.getMessage(), lower);
                }
                case SqlParseException syntax -> {
                    return syntax(syntax);
                }
                case CalciteContextException validation -> {
                    return validation(validation);
                }
                case CalciteException calcite -> {
                    return SqlState.SYNTAX_ERROR.failure(firstLine(calcite.getMessage()), calcite);
                }
                default -> {
                }
            }
        }
        if (failure instanceof OutOfMemoryError) {
            return SqlState.OUT_OF_MEMORY.failure("out of memory", failure);
        }
        LOG.log(System.Logger.Level.ERROR, "a statement failed in a way it should not", failure);
        return SqlState.INTERNAL.failure("internal error; the server's log has the details", failure);
    }

    private static SqlFailure refusal(NamespaceException refusal) {
        if (refusal.reason() == Reason.INTERNAL) {
            LOG.log(System.Logger.Level.ERROR, "the namespace failed inside", refusal);
        }
        return SqlState.of(refusal.reason()).failure(refusal.getMessage(), refusal);
    }

    private static SqlFailure syntax(SqlParseException syntax) {
        SqlParserPos pos = syntax.getPos();
        String message = firstLine(syntax.getMessage());
        boolean located = message.contains("line ");
        String where = pos == null || located ? "" : at(pos.getLineNum(), pos.getColumnNum());
        return SqlState.SYNTAX_ERROR.failure("syntax error: " + message + where, syntax);
    }

    private static SqlFailure validation(CalciteContextException validation) {
        Throwable cause = validation.getCause();
        if (cause instanceof SqlFailure known) {
            return SqlState.valueOf(known.reason()).failure(
                    known.getMessage() + at(validation.getPosLine(), validation.getPosColumn()), validation);
        }
        String message = firstLine(cause == null || cause.getMessage() == null
                ? validation.getMessage()
                : cause.getMessage());
        SqlState state = SqlState.SYNTAX_ERROR;
        for (int i = 0; i < PATTERNS.length; i++) {
            if (PATTERNS[i].matcher(message).find()) {
                state = (SqlState) MEANINGS[i][1];
                break;
            }
        }
        return state.failure(message + at(validation.getPosLine(), validation.getPosColumn()), validation);
    }

    private static String at(int line, int column) {
        return line <= 0 ? "" : " (line " + line + ", column " + column + ")";
    }

    private static String firstLine(String message) {
        if (message == null) {
            return "not understood";
        }
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end).stripTrailing();
        return line.endsWith("Was expecting one of:") ? line : line.replace("org.apache.calcite.", "");
    }
}
