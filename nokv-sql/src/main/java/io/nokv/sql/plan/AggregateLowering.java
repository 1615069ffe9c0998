package io.nokv.sql.plan;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.exec.Accumulators;
import io.nokv.sql.exec.Accumulators.Accumulator;
import io.nokv.sql.exec.Aggregate;
import io.nokv.sql.exec.RowOrder;
import io.nokv.sql.expr.ExprCompiler;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;

/** GROUP BY: streaming when the input is grouped already, hashing otherwise. */
final class AggregateLowering {
    private AggregateLowering() {}

    static PlanNode lower(LogicalAggregate aggregate, PlanNode input) {
        int[] group = aggregate.getGroupSet().toArray();
        List<boolean[]> sets = new ArrayList<>();
        for (ImmutableBitSet set : aggregate.getGroupSets()) {
            boolean[] has = new boolean[group.length];
            for (int i = 0; i < group.length; i++) {
                has[i] = set.get(group[i]);
            }
            sets.add(has);
        }
        List<Aggregate.Call> calls = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        List<String> names = input.type().getFieldNames();
        for (AggregateCall call : aggregate.getAggCallList()) {
            calls.add(call(call, group, sets));
            shown.add(call.getAggregation().getName() + "(" + (call.isDistinct() ? "distinct " : "")
                    + (call.getArgList().isEmpty()
                            ? "*"
                            : String.join(", ", call.getArgList().stream().map(names::get).toList()))
                    + ")" + (call.filterArg < 0 ? "" : " filter " + names.get(call.filterArg)));
        }
        boolean sorted = sets.size() == 1 && group.length > 0 && input.ordering().groups(aggregate.getGroupSet());
        String by = String.join(", ", aggregate.getGroupSet().toList().stream().map(names::get).toList());
        String detail = (group.length == 0 ? "" : "by(" + by + ")") + (sets.size() > 1 ? " sets " + sets.size() : "")
                + (shown.isEmpty() ? "" : (group.length == 0 ? "" : " ") + String.join(", ", shown));
        RowOrdering ordering = RowOrdering.NONE;
        if (sorted) {
            int[] source = java.util.Arrays.copyOf(group, group.length + calls.size());
            java.util.Arrays.fill(source, group.length, source.length, -1);
            ordering = input.ordering().project(source);
        }
        double rows = group.length == 0 ? 1 : Math.max(1, input.rows() / 10);
        return new PlanNode(sorted ? "StreamAggregate" : "HashAggregate", detail, List.of(input),
                aggregate.getRowType(), rows, ordering, new Aggregate(input.operator(), group, sets, calls, sorted));
    }

    /** The fields of the input that it looks at. */
    static ImmutableBitSet needed(LogicalAggregate aggregate) {
        ImmutableBitSet.Builder needed = ImmutableBitSet.builder().addAll(aggregate.getGroupSet());
        for (AggregateCall call : aggregate.getAggCallList()) {
            needed.addAll(call.getArgList());
            call.getCollation().getFieldCollations().forEach(field -> needed.set(field.getFieldIndex()));
            if (call.filterArg >= 0) {
                needed.set(call.filterArg);
            }
        }
        return needed.build();
    }

    private static Aggregate.Call call(AggregateCall call, int[] group, List<boolean[]> sets) {
        int[] arguments = call.getArgList().stream().mapToInt(Integer::intValue).toArray();
        RowOrder order = call.getCollation().getFieldCollations().isEmpty()
                ? null
                : Lowering.order(call.getCollation());
        Object[] perSet = switch (call.getAggregation().getKind()) {
            case GROUPING, GROUPING_ID -> grouping(arguments, group, sets);
            case GROUP_ID -> new Object[]{0L};
            case LITERAL_AGG -> {
                Object value = ExprCompiler.value((RexLiteral) call.rexList.getFirst());
                Object[] same = new Object[sets.size()];
                java.util.Arrays.fill(same, value);
                yield same;
            }
            default -> null;
        };
        if (perSet != null) {
            return new Aggregate.Call(null, arguments, false, -1, false, null, perSet);
        }
        boolean takesNulls = call.getAggregation().getKind() == SqlKind.SINGLE_VALUE;
        return new Aggregate.Call(function(call), arguments, call.isDistinct(), call.filterArg, takesNulls, order,
                null);
    }

    private static Object[] grouping(int[] arguments, int[] group, List<boolean[]> sets) {
        Object[] perSet = new Object[sets.size()];
        for (int s = 0; s < perSet.length; s++) {
            long bits = 0;
            for (int argument : arguments) {
                int at = java.util.Arrays.binarySearch(group, argument);
                bits = bits << 1 | (sets.get(s)[at] ? 0 : 1);
            }
            perSet[s] = bits;
        }
        return perSet;
    }

    static Supplier<Accumulator> function(AggregateCall call) {
        return function(call.getAggregation().getKind(), call.getAggregation().getName(), call.getType());
    }

    static Supplier<Accumulator> function(SqlKind kind, String name, RelDataType type) {
        return switch (kind) {
            case COUNT -> Accumulators.count();
            case SUM -> Accumulators.sum(null);
            case SUM0 -> Accumulators.sum(zero(type));
            case MIN -> Accumulators.extreme(false);
            case MAX -> Accumulators.extreme(true);
            case AVG -> Accumulators.moments(false, false, false);
            case STDDEV_POP -> Accumulators.moments(true, false, true);
            case STDDEV_SAMP -> Accumulators.moments(true, true, true);
            case VAR_POP -> Accumulators.moments(true, false, false);
            case VAR_SAMP -> Accumulators.moments(true, true, false);
            case ANY_VALUE, FIRST_VALUE -> Accumulators.first();
            case SINGLE_VALUE -> Accumulators.singleValue();
            case LISTAGG, STRING_AGG -> Accumulators.joined();
            case BIT_AND -> Accumulators.bits(0);
            case BIT_OR -> Accumulators.bits(1);
            case BIT_XOR -> Accumulators.bits(2);
            default -> switch (name) {
                case "EVERY", "BOOL_AND" -> Accumulators.extreme(false);
                case "SOME", "BOOL_OR" -> Accumulators.extreme(true);
                default -> throw SqlState.NOT_SUPPORTED.failure("aggregate function " + name + " is not supported");
            };
        };
    }

    private static Object zero(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.DECIMAL
                ? BigDecimal.ZERO
                : SqlTypeName.APPROX_TYPES.contains(type.getSqlTypeName()) ? (Object) 0.0 : 0L;
    }
}
