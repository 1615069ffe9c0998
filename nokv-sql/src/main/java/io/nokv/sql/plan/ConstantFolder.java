package io.nokv.sql.plan;

import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.expr.ExprCompiler;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexExecutor;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;

/** Evaluates constant expressions at planning time with the same closures that run later; what fails stays as it is. */
final class ConstantFolder implements RexExecutor {
    @Override
    public void reduce(RexBuilder rex, List<RexNode> constants, List<RexNode> reduced) {
        for (RexNode constant : constants) {
            reduced.add(fold(rex, constant));
        }
    }

    private static RexNode fold(RexBuilder rex, RexNode node) {
        if (node instanceof RexLiteral || isDynamic(node)) {
            return node;
        }
        try {
            Object value = ExprCompiler.plain().compile(node).eval(null, null);
            return value == null ? rex.makeNullLiteral(node.getType()) : literal(rex, value, node);
        } catch (SqlFailure _) {
            return node;
        }
    }

    private static RexNode literal(RexBuilder rex, Object value, RexNode node) {
        RelDataType type = node.getType();
        Object calcite = switch (type.getSqlTypeName()) {
            case BOOLEAN -> value;
            // A literal is cut to the length of its type: what is longer (upper('ß')) stays a call.
            case CHAR, VARCHAR -> type.getPrecision() >= 0
                    && ((String) value).codePointCount(0, ((String) value).length()) > type.getPrecision()
                            ? null
                            : value;
            case TINYINT, SMALLINT, INTEGER, BIGINT -> BigDecimal.valueOf(((Number) value).longValue());
            case DECIMAL, FLOAT, REAL, DOUBLE -> value;
            case BINARY, VARBINARY -> new ByteString((byte[]) value);
            case DATE -> DateString.fromDaysSinceEpoch((Integer) value);
            case TIME -> TimeString.fromMillisOfDay((Integer) value);
            case TIMESTAMP -> TimestampString.fromMillisSinceEpoch((Long) value);
            default -> null;
        };
        return calcite == null ? node : rex.makeLiteral(calcite, type, true);
    }

    private static boolean isDynamic(RexNode node) {
        boolean[] found = new boolean[1];
        node.accept(new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitCall(RexCall call) {
                found[0] |= call.getOperator().isDynamicFunction() || !call.getOperator().isDeterministic();
                return super.visitCall(call);
            }

            @Override
            public Void visitDynamicParam(org.apache.calcite.rex.RexDynamicParam parameter) {
                found[0] = true;
                return null;
            }

            @Override
            public Void visitFieldAccess(org.apache.calcite.rex.RexFieldAccess access) {
                found[0] = true;
                return null;
            }
        });
        return found[0];
    }
}
