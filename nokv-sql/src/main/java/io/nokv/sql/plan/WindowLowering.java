package io.nokv.sql.plan;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.exec.RowOrder;
import io.nokv.sql.exec.Window;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.ExprCompiler;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.logical.LogicalWindow;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowExclusion;
import org.apache.calcite.util.ImmutableBitSet;

/** OVER. */
final class WindowLowering {
    private WindowLowering() {}

    static PlanNode lower(LogicalWindow window, PlanNode input, Lowering lowering) {
        int fields = input.fields();
        ExprCompiler compiler = new ExprCompiler(i -> i, lowering.outerSlots());
        List<Window.Group> groups = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        for (LogicalWindow.Group group : window.groups) {
            if (group.exclude != RexWindowExclusion.EXCLUDE_NO_OTHER) {
                throw SqlState.NOT_SUPPORTED.failure("EXCLUDE in a window is not supported");
            }
            List<Window.Call> calls = new ArrayList<>();
            for (LogicalWindow.RexWinAggCall call : group.aggCalls) {
                if (call.ignoreNulls || call.distinct) {
                    throw SqlState.NOT_SUPPORTED.failure("DISTINCT and IGNORE NULLS in a window are not supported");
                }
                List<Expr> arguments = new ArrayList<>();
                for (RexNode operand : call.getOperands()) {
                    arguments.add(compiler.compile(constant(operand, window, fields)));
                }
                calls.add(call(call, arguments));
                shown.add(call.getOperator().getName());
            }
            Window.Frame frame = new Window.Frame(group.isRows, bound(group.lowerBound, window, fields, group),
                    bound(group.upperBound, window, fields, group));
            RowOrder partition = new RowOrder(
                    group.keys.toList().stream().map(k -> new RowOrder.Key(k, false, false)).toList());
            groups.add(new Window.Group(partition, Lowering.order(group.orderKeys), frame, calls));
        }
        return new PlanNode("Window", String.join(", ", shown), List.of(input), window.getRowType(), input.rows(),
                RowOrdering.NONE, new Window(input.operator(), groups));
    }

    /** The fields of the input that it or anybody above looks at. */
    static ImmutableBitSet needed(LogicalWindow window, ImmutableBitSet above) {
        int fields = window.getInput().getRowType().getFieldCount();
        ImmutableBitSet.Builder needed = ImmutableBitSet.builder()
                .addAll(above.intersect(ImmutableBitSet.range(fields)));
        for (LogicalWindow.Group group : window.groups) {
            needed.addAll(group.keys);
            group.orderKeys.getFieldCollations().forEach(field -> needed.set(field.getFieldIndex()));
            group.aggCalls.forEach(call -> needed.addAll(
                    RelOptUtil.InputFinder.bits(call.getOperands(), null).intersect(ImmutableBitSet.range(fields))));
        }
        return needed.build();
    }

    /** Fields behind the input's are the window's constants. */
    private static RexNode constant(RexNode node, LogicalWindow window, int fields) {
        return node instanceof RexInputRef ref && ref.getIndex() >= fields
                ? window.constants.get(ref.getIndex() - fields)
                : node;
    }

    private static Window.Call call(LogicalWindow.RexWinAggCall call, List<Expr> arguments) {
        Window.Function function = switch (call.getKind()) {
            case ROW_NUMBER -> Window.Function.ROW_NUMBER;
            case RANK -> Window.Function.RANK;
            case DENSE_RANK -> Window.Function.DENSE_RANK;
            case PERCENT_RANK -> Window.Function.PERCENT_RANK;
            case CUME_DIST -> Window.Function.CUME_DIST;
            case NTILE -> Window.Function.NTILE;
            case LAG -> Window.Function.LAG;
            case LEAD -> Window.Function.LEAD;
            case FIRST_VALUE -> Window.Function.FIRST_VALUE;
            case LAST_VALUE -> Window.Function.LAST_VALUE;
            case NTH_VALUE -> Window.Function.NTH_VALUE;
            default -> Window.Function.AGGREGATE;
        };
        return new Window.Call(function, arguments,
                function != Window.Function.AGGREGATE
                        ? null
                        : AggregateLowering.function(call.getKind(), call.getOperator().getName(), call.getType()));
    }

    private static Window.Bound bound(RexWindowBound bound, LogicalWindow window, int fields,
            LogicalWindow.Group group) {
        if (bound.isUnbounded()) {
            return new Window.Bound(bound.isPreceding() ? Window.Edge.START : Window.Edge.END, null);
        }
        if (bound.isCurrentRow()) {
            return new Window.Bound(Window.Edge.CURRENT, null);
        }
        if (!group.isRows) {
            throw SqlState.NOT_SUPPORTED.failure("RANGE with an offset is not supported; use ROWS");
        }
        Expr offset = ExprCompiler.plain().compile(constant(bound.getOffset(), window, fields));
        return new Window.Bound(bound.isPreceding() ? Window.Edge.BEFORE : Window.Edge.AFTER, offset);
    }
}
