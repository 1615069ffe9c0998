package io.nokv.sql.plan;

import io.nokv.sql.expr.Casts;
import io.nokv.sql.expr.Conditions;
import io.nokv.sql.expr.ExprCompiler;
import io.nokv.sql.parse.FunctionOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.Sarg;

/** Expressions as people write them, for EXPLAIN. */
final class ExprText {
    private static final int MAX_LIST = 8;

    private final IntFunction<String> fields;

    ExprText(IntFunction<String> fields) {
        this.fields = fields;
    }

    static ExprText of(List<String> names) {
        return new ExprText(names::get);
    }

    String all(List<? extends RexNode> nodes, String separator) {
        return String.join(separator, nodes.stream().map(this::of).toList());
    }

    String of(RexNode node) {
        return switch (node) {
            case RexInputRef ref -> fields.apply(ref.getIndex());
            case RexLiteral literal -> literal(literal);
            case RexDynamicParam parameter -> "?" + (parameter.getIndex() + 1);
            case RexFieldAccess access -> "outer." + access.getField().getName();
            case RexCall call -> call(call);
            default -> node.toString();
        };
    }

    private static String literal(RexLiteral literal) {
        if (literal.getType().getSqlTypeName() == SqlTypeName.SYMBOL) {
            return String.valueOf(literal.getValue());
        }
        Object value = ExprCompiler.value(literal);
        if (value == null) {
            return "NULL";
        }
        if (SqlTypeUtil.isInterval(literal.getType())) {
            return "INTERVAL " + value;
        }
        return quoted(value, Casts.toText(value, literal.getType()), literal.getType().getSqlTypeName());
    }

    private static String quoted(Object value, String text, SqlTypeName type) {
        return switch (type) {
            case DATE, TIME, TIMESTAMP -> type + " '" + text + "'";
            case BINARY, VARBINARY -> "X'" + text + "'";
            default -> value instanceof String ? "'" + text.replace("'", "''") + "'" : text;
        };
    }

    private String call(RexCall call) {
        List<RexNode> o = call.getOperands();
        if (call.getOperator() == FunctionOperator.OPAQUE_TEXT) {
            return of(o.get(0));
        }
        return switch (call.getKind()) {
            case AND, OR -> "(" + all(o, " " + call.getKind().name().toLowerCase(java.util.Locale.ROOT) + " ") + ")";
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL, PLUS, MINUS,
                    TIMES, DIVIDE ->
                of(o.get(0)) + " " + call.getOperator().getName() + " " + of(o.get(1));
            case NOT -> "not " + of(o.get(0));
            case IS_NULL -> of(o.get(0)) + " is null";
            case IS_NOT_NULL -> of(o.get(0)) + " is not null";
            case LIKE -> of(o.get(0)) + " " + call.getOperator().getName().toLowerCase(java.util.Locale.ROOT) + " "
                    + of(o.get(1)) + (o.size() > 2 ? " escape " + of(o.get(2)) : "");
            case CAST -> "cast(" + of(o.get(0)) + " as " + call.getType().getSqlTypeName() + ")";
            case SEARCH -> search(of(o.get(0)), (RexLiteral) o.get(1));
            default -> call.getOperator().getName().toLowerCase(java.util.Locale.ROOT) + "(" + all(o, ", ") + ")";
        };
    }

    private static String search(String column, RexLiteral literal) {
        List<Conditions.Interval> intervals = Conditions.intervals(literal.getValueAs(Sarg.class));
        boolean points = intervals.stream().allMatch(Conditions.Interval::isPoint);
        List<String> shown = new ArrayList<>();
        for (Conditions.Interval interval : intervals) {
            if (shown.size() == MAX_LIST) {
                shown.add("... " + intervals.size() + " in all");
                break;
            }
            shown.add(points ? bound(interval.low(), literal) : interval(column, interval, literal));
        }
        return points
                ? column + " in (" + String.join(", ", shown) + ")"
                : shown.size() == 1 ? shown.getFirst() : "(" + String.join(" or ", shown) + ")";
    }

    private static String interval(String column, Conditions.Interval i, RexLiteral literal) {
        if (i.isPoint()) {
            return column + " = " + bound(i.low(), literal);
        }
        String low = i.low() == null ? "" : column + (i.lowIncluded() ? " >= " : " > ") + bound(i.low(), literal);
        String high = i.high() == null ? "" : column + (i.highIncluded() ? " <= " : " < ") + bound(i.high(), literal);
        return low.isEmpty() ? high : high.isEmpty() ? low : low + " and " + high;
    }

    private static String bound(Object value, RexLiteral literal) {
        SqlTypeName type = literal.getType().getSqlTypeName();
        boolean time = type == SqlTypeName.TIMESTAMP || type == SqlTypeName.DATE || type == SqlTypeName.TIME;
        return quoted(value, time ? Casts.toText(value, literal.getType()) : value.toString(), type);
    }
}
