package io.nokv.sql.plan;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.exec.JoinKind;
import io.nokv.sql.exec.NestedJoin;
import io.nokv.sql.exec.Operator;
import io.nokv.sql.exec.RowOperators;
import io.nokv.sql.exec.RowOrder;
import io.nokv.sql.exec.Sort;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.ExprCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.logical.LogicalWindow;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/** One pass from logical to physical operators. One instance per statement. */
final class Lowering {
    private static final int FIRST_OWN_CORRELATION = 1_000_000_000;

    private final RelDataTypeFactory types;
    private final Map<CorrelationId, Integer> outerSlots = new HashMap<>();
    private final LeafLowering leaves;
    private int correlations;

    Lowering(RelDataTypeFactory types) {
        this.types = types;
        this.leaves = new LeafLowering(types, outerSlots);
    }

    RelDataTypeFactory types() {
        return types;
    }

    LeafLowering leaves() {
        return leaves;
    }

    Map<CorrelationId, Integer> outerSlots() {
        return outerSlots;
    }

    /** How many outer rows an execution must have room for. */
    int slots() {
        return outerSlots.size();
    }

    int slot(CorrelationId id) {
        return outerSlots.computeIfAbsent(id, _ -> outerSlots.size());
    }

    /** An id that no query has. */
    CorrelationId newCorrelation() {
        return new CorrelationId(FIRST_OWN_CORRELATION + correlations++);
    }

    PlanNode lower(RelNode rel) {
        return lower(rel, null);
    }

    /** @param needed the fields that anybody looks at; null: all */
    private PlanNode lower(RelNode rel, ImmutableBitSet needed) {
        LeafQuery leaf = LeafQuery.of(rel);
        if (leaf != null) {
            return leaves.lower(needed == null ? leaf : leaf.needing(needed));
        }
        return switch (rel) {
            case LogicalProject project -> project(project);
            case LogicalFilter filter -> filter(filter);
            case LogicalSort sort -> sort(sort);
            case LogicalAggregate aggregate ->
                AggregateLowering.lower(aggregate, lower(aggregate.getInput(), AggregateLowering.needed(aggregate)));
            case LogicalJoin join -> new JoinLowering(this).lower(join);
            case LogicalCorrelate correlate -> correlate(correlate, needed);
            case LogicalUnion union when union.all -> union(union);
            case LogicalValues values -> values(values);
            case LogicalWindow window -> WindowLowering.lower(window,
                    lower(window.getInput(), needed == null ? null : WindowLowering.needed(window, needed)), this);
            default -> throw SqlState.NOT_SUPPORTED
                    .failure("this kind of query is not supported: " + rel.getRelTypeName().replace("Logical", ""));
        };
    }

    private ExprCompiler compiler() {
        return new ExprCompiler(i -> i, outerSlots);
    }

    private PlanNode project(LogicalProject project) {
        PlanNode input = lower(project.getInput(), RelOptUtil.InputFinder.bits(project.getProjects(), null));
        List<RexNode> projects = project.getProjects();
        int[] source = new int[projects.size()];
        boolean plain = true;
        boolean identity = projects.size() == input.fields();
        for (int i = 0; i < source.length; i++) {
            source[i] = projects.get(i) instanceof RexInputRef ref ? ref.getIndex() : -1;
            plain &= source[i] >= 0;
            identity &= source[i] == i;
        }
        if (identity) {
            return new PlanNode(input.name(), input.detail(), input.inputs(), project.getRowType(), input.rows(),
                    input.ordering(), input.operator());
        }
        Operator operator = plain
                ? RowOperators.fields(input.operator(), source)
                : RowOperators.project(input.operator(), compiler().compileAll(projects));
        return new PlanNode("Project", ExprText.of(input.type().getFieldNames()).all(projects, ", "), List.of(input),
                project.getRowType(), input.rows(), input.ordering().project(source), operator);
    }

    private PlanNode filter(LogicalFilter filter) {
        PlanNode input = lower(filter.getInput());
        return new PlanNode("Filter", ExprText.of(input.type().getFieldNames()).of(filter.getCondition()),
                List.of(input), input.type(), Math.max(1, input.rows() / 4), input.ordering(),
                RowOperators.filter(input.operator(), compiler().compile(filter.getCondition())));
    }

    static RowOrder order(RelCollation collation) {
        List<RowOrder.Key> keys = new ArrayList<>();
        for (RelFieldCollation field : collation.getFieldCollations()) {
            boolean descending = field.direction.isDescending();
            boolean nullsFirst = switch (field.nullDirection) {
                case FIRST -> true;
                case LAST -> false;
                case UNSPECIFIED -> descending;
            };
            keys.add(new RowOrder.Key(field.getFieldIndex(), descending, nullsFirst));
        }
        return new RowOrder(keys);
    }

    private PlanNode sort(LogicalSort sort) {
        PlanNode input = lower(sort.getInput());
        Expr offset = sort.offset == null ? null : compiler().compile(sort.offset);
        Expr fetch = sort.fetch == null ? null : compiler().compile(sort.fetch);
        ExprText text = ExprText.of(input.type().getFieldNames());
        String limits = (sort.fetch == null ? "" : " fetch " + text.of(sort.fetch))
                + (sort.offset == null ? "" : " offset " + text.of(sort.offset));
        double rows = sort.fetch == null ? input.rows() : Math.min(input.rows(), 100);
        RowOrder order = order(sort.getCollation());
        if (input.ordering().satisfies(order)) {
            return offset == null && fetch == null
                    ? input
                    : new PlanNode("Limit", limits.strip(), List.of(input), sort.getRowType(), rows, input.ordering(),
                            RowOperators.limit(input.operator(), offset, fetch));
        }
        List<String> keys = new ArrayList<>();
        for (RowOrder.Key key : order.keys()) {
            keys.add(input.type().getFieldNames().get(key.field()) + (key.descending() ? " desc" : "")
                    + (key.nullsFirst() == key.descending() ? "" : key.nullsFirst() ? " nulls first" : " nulls last"));
        }
        return new PlanNode(fetch == null ? "Sort" : "TopN", String.join(", ", keys) + limits, List.of(input),
                sort.getRowType(), rows, RowOrdering.NONE, new Sort(input.operator(), order, offset, fetch));
    }

    private PlanNode correlate(LogicalCorrelate correlate, ImmutableBitSet needed) {
        int width = correlate.getLeft().getRowType().getFieldCount();
        PlanNode left = lower(correlate.getLeft(), needed == null
                ? null
                : needed.intersect(ImmutableBitSet.range(width)).union(correlate.getRequiredColumns()));
        int slot = slot(correlate.getCorrelationId());
        PlanNode right = lower(correlate.getRight(),
                needed == null ? null : needed.except(ImmutableBitSet.range(width)).shift(-width));
        JoinKind kind = switch (correlate.getJoinType()) {
            case INNER -> JoinKind.INNER;
            case LEFT -> JoinKind.LEFT;
            case SEMI -> JoinKind.SEMI;
            case ANTI -> JoinKind.ANTI;
            default -> throw SqlState.NOT_SUPPORTED
                    .failure("a lateral " + correlate.getJoinType() + " join is not supported");
        };
        return new PlanNode("ForEach", kind.name().toLowerCase(java.util.Locale.ROOT), List.of(left, right),
                correlate.getRowType(), left.rows() * (kind.showsRight() ? right.rows() : 1), left.ordering(),
                new NestedJoin(left.operator(), right.operator(), slot, right.fields(), kind, null));
    }

    private PlanNode union(LogicalUnion union) {
        List<PlanNode> inputs = union.getInputs().stream().map(this::lower).toList();
        return new PlanNode("UnionAll", "", inputs, union.getRowType(),
                inputs.stream().mapToDouble(PlanNode::rows).sum(), RowOrdering.NONE,
                RowOperators.unionAll(inputs.stream().map(PlanNode::operator).toList()));
    }

    private PlanNode values(LogicalValues values) {
        List<List<Expr>> rows = new ArrayList<>();
        for (List<? extends RexNode> tuple : values.getTuples()) {
            rows.add(compiler().compileAll(tuple));
        }
        return new PlanNode(rows.isEmpty() ? "Empty" : "Values", rows.isEmpty() ? "" : rows.size() + " rows",
                List.of(), values.getRowType(), rows.size(), RowOrdering.NONE, RowOperators.values(rows));
    }
}
