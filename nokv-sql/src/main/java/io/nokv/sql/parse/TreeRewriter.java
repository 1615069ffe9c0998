package io.nokv.sql.parse;

import io.nokv.sql.catalog.TableFunction;
import io.nokv.sql.error.SqlState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSnapshot;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.NlsString;

/**
 * Makes a parsed tree ready for the validator: calls of table functions get all their parameters in order, a parameter
 * as AS OF time gets its type, long chains of AND and OR become balanced trees.
 */
final class TreeRewriter extends SqlShuttle {
    private static final int MAX_TREE_DEPTH = 400;
    private static final Set<SqlKind> COMPARISONS = EnumSet.of(SqlKind.EQUALS, SqlKind.NOT_EQUALS, SqlKind.LESS_THAN,
            SqlKind.LESS_THAN_OR_EQUAL, SqlKind.GREATER_THAN, SqlKind.GREATER_THAN_OR_EQUAL, SqlKind.BETWEEN,
            SqlKind.IN, SqlKind.NOT_IN);

    /** 54001 when the tree is too deep. */
    SqlNode rewrite(SqlNode tree) {
        SqlNode rewritten = tree.accept(this);
        requireDepth(rewritten, 0);
        return rewritten;
    }

    @Override
    public SqlNode visit(SqlCall call) {
        if (call.getKind() == SqlKind.AND || call.getKind() == SqlKind.OR) {
            return balanced(call);
        }
        if (call.getOperator() instanceof SqlFunction function) {
            FunctionOperator ours = FunctionOperator.find(function.getName());
            if (ours != null) {
                return withAllParameters(ours, call);
            }
        }
        SqlNode copy = super.visit(call);
        if (COMPARISONS.contains(copy.getKind())) {
            return hideTexts((SqlCall) copy);
        }
        if (copy.getKind() == SqlKind.LIKE && ((SqlCall) copy).operandCount() == 3
                && ((SqlCall) copy).operand(2) instanceof SqlCharStringLiteral escape) {
            // Calcite's simplification takes the first character without asking.
            String text = escape.getValueAs(String.class);
            if (text.codePointCount(0, text.length()) != 1) {
                throw SqlState.INVALID_ESCAPE.failure("ESCAPE takes one character, not '" + text + "'" + at(escape));
            }
        }
        if (copy instanceof SqlSnapshot snapshot && snapshot.getPeriod() instanceof SqlDynamicParam parameter) {
            SqlParserPos pos = snapshot.getParserPosition();
            return new SqlSnapshot(pos, snapshot.getTableRef(), cast(parameter, SqlTypeName.TIMESTAMP, 3));
        }
        return copy;
    }

    /** U&'...' comes with a character set of its own; here all text is of one. */
    @Override
    public SqlNode visit(SqlLiteral literal) {
        if (literal instanceof SqlCharStringLiteral text && text.getValueAs(NlsString.class).getCharset() != null) {
            return SqlLiteral.createCharString(text.getValueAs(String.class), literal.getParserPosition());
        }
        return literal;
    }

    /** Texts that UTF-16 orders otherwise than we do. */
    private static SqlNode hideTexts(SqlCall comparison) {
        for (int i = 0; i < comparison.operandCount(); i++) {
            SqlNode operand = comparison.operand(i);
            if (operand instanceof SqlCharStringLiteral text && isOrderedOtherwise(text.getValueAs(String.class))) {
                comparison.setOperand(i, FunctionOperator.OPAQUE_TEXT.createCall(text.getParserPosition(), text));
            } else if (operand instanceof SqlNodeList list) {
                for (int j = 0; j < list.size(); j++) {
                    if (list.get(j) instanceof SqlCharStringLiteral text
                            && isOrderedOtherwise(text.getValueAs(String.class))) {
                        list.set(j, FunctionOperator.OPAQUE_TEXT.createCall(text.getParserPosition(), text));
                    }
                }
            }
        }
        return comparison;
    }

    private static boolean isOrderedOtherwise(String text) {
        return text.chars().anyMatch(c -> c == '\\' || c >= Character.MIN_SURROGATE);
    }

    static SqlNode cast(SqlNode value, SqlTypeName type, int precision) {
        SqlParserPos pos = value.getParserPosition();
        SqlBasicTypeNameSpec name = precision > 0
                ? new SqlBasicTypeNameSpec(type, precision, pos)
                : new SqlBasicTypeNameSpec(type, pos);
        return SqlStdOperatorTable.CAST.createCall(pos, value, new SqlDataTypeSpec(name, pos));
    }

    private SqlNode balanced(SqlCall call) {
        List<SqlNode> terms = new ArrayList<>();
        collect(call, call.getKind(), terms);
        List<SqlNode> rewritten = new ArrayList<>(terms.size());
        for (SqlNode term : terms) {
            rewritten.add(term.accept(this));
        }
        return balanced(call, rewritten);
    }

    private static SqlNode balanced(SqlCall like, List<SqlNode> terms) {
        if (terms.size() == 1) {
            return terms.getFirst();
        }
        int middle = terms.size() / 2;
        return like.getOperator().createCall(like.getParserPosition(), balanced(like, terms.subList(0, middle)),
                balanced(like, terms.subList(middle, terms.size())));
    }

    /** The chain leans to the left and may be long: no recursion on it. */
    private static void collect(SqlCall call, SqlKind kind, List<SqlNode> terms) {
        List<SqlNode> reversed = new ArrayList<>();
        SqlNode node = call;
        while (node.getKind() == kind) {
            List<SqlNode> operands = ((SqlCall) node).getOperandList();
            for (int i = operands.size() - 1; i > 0; i--) {
                reversed.add(operands.get(i));
            }
            node = operands.getFirst();
        }
        terms.add(node);
        terms.addAll(reversed.reversed());
    }

    private SqlNode withAllParameters(FunctionOperator operator, SqlCall call) {
        TableFunction function = operator.function();
        List<TableFunction.Parameter> parameters = function.parameters();
        SqlNode[] values = new SqlNode[parameters.size()];
        List<SqlNode> positional = new ArrayList<>();
        for (SqlNode operand : call.getOperandList()) {
            if (operand.getKind() == SqlKind.ARGUMENT_ASSIGNMENT) {
                SqlCall assignment = (SqlCall) operand;
                String name = ((SqlIdentifier) assignment.operand(1)).getSimple().toLowerCase(Locale.ROOT);
                set(function, values, name, assignment.<SqlNode>operand(0).accept(this), operand);
            } else {
                positional.add(operand.accept(this));
            }
        }
        if (!positional.isEmpty()) {
            List<String> shape = shape(function, positional.size(), call);
            for (int i = 0; i < positional.size(); i++) {
                set(function, values, shape.get(i), positional.get(i), call);
            }
        }
        requireShape(function, values, call);
        for (int i = 0; i < values.length; i++) {
            SqlTypeName type = parameters.get(i).type();
            if (values[i] == null) {
                values[i] = cast(SqlLiteral.createNull(call.getParserPosition()), type, 0);
            } else if (values[i] instanceof SqlDynamicParam) {
                values[i] = cast(values[i], type, 0);
            }
        }
        return operator.createCall(call.getParserPosition(), values);
    }

    private static List<String> shape(TableFunction function, int count, SqlCall call) {
        List<String> longest = null;
        for (List<String> shape : function.shapes()) {
            if (shape.size() == count) {
                return shape;
            }
            if (count < shape.size() && function.optional().containsAll(shape.subList(count, shape.size()))) {
                longest = shape;
            }
        }
        if (longest == null) {
            throw wrongArguments(function, call);
        }
        return longest;
    }

    private static void set(TableFunction function, SqlNode[] values, String name, SqlNode value, SqlNode where) {
        for (int i = 0; i < values.length; i++) {
            if (function.parameters().get(i).name().equals(name)) {
                if (values[i] != null) {
                    throw SqlState.UNDEFINED_FUNCTION.failure("argument " + name + " of " + function.name()
                            + " is given twice" + at(where));
                }
                values[i] = value;
                return;
            }
        }
        throw SqlState.UNDEFINED_FUNCTION.failure(function.name() + " has no argument " + name + at(where) + ": "
                + function.signature());
    }

    /** Exactly one shape must be complete, and nothing given that is neither in it nor optional. */
    private static void requireShape(TableFunction function, SqlNode[] values, SqlCall call) {
        for (List<String> shape : function.shapes()) {
            boolean complete = true;
            for (int i = 0; i < values.length; i++) {
                String name = function.parameters().get(i).name();
                boolean optional = function.optional().contains(name);
                complete &= optional || (values[i] != null) == shape.contains(name);
            }
            if (complete) {
                return;
            }
        }
        throw wrongArguments(function, call);
    }

    private static RuntimeException wrongArguments(TableFunction function, SqlCall call) {
        return SqlState.UNDEFINED_FUNCTION.failure("wrong arguments" + at(call) + ": " + function.signature());
    }

    static String at(SqlNode node) {
        SqlParserPos pos = node.getParserPosition();
        return pos.getLineNum() <= 0
                ? ""
                : " (line " + pos.getLineNum() + ", column " + pos.getColumnNum() + ")";
    }

    private static void requireDepth(SqlNode node, int depth) {
        if (depth > MAX_TREE_DEPTH) {
            throw SqlState.STATEMENT_TOO_COMPLEX.failure("the statement is nested more than " + MAX_TREE_DEPTH
                    + " levels deep" + at(node));
        }
        if (node instanceof SqlCall call) {
            for (SqlNode operand : call.getOperandList()) {
                if (operand != null) {
                    requireDepth(operand, depth + 1);
                }
            }
        } else if (node instanceof SqlNodeList list) {
            for (SqlNode item : list) {
                if (item != null) {
                    requireDepth(item, depth + 1);
                }
            }
        }
    }
}
