package io.nokv.sql.plan;

import io.nokv.sql.exec.Aggregate;
import io.nokv.sql.exec.HashJoin;
import io.nokv.sql.exec.JoinKind;
import io.nokv.sql.exec.LookupJoin;
import io.nokv.sql.exec.NestedJoin;
import io.nokv.sql.exec.RowOperators;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.ExprCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Joins. Inner joins of several inputs are ordered greedily: first the input with the fewest rows, then again and again
 * the one that the rows so far can look up most cheaply, else the smallest by hashing. Outer, semi and anti joins keep
 * their sides.
 */
final class JoinLowering {
    /** What one lookup or one scan of a prefix costs, in rows read. */
    private static final double LOOKUP_COST = 3;
    private static final double PREFIX_COST = 20;

    private final Lowering lowering;

    JoinLowering(Lowering lowering) {
        this.lowering = lowering;
    }

    PlanNode lower(LogicalJoin join) {
        return switch (join.getJoinType()) {
            case INNER -> inner(join);
            case LEFT -> outer(join, JoinKind.LEFT);
            case SEMI -> outer(join, JoinKind.SEMI);
            case ANTI -> outer(join, JoinKind.ANTI);
            case FULL -> outer(join, JoinKind.FULL);
            case RIGHT -> right(join);
            case ASOF, LEFT_ASOF, LEFT_MARK -> throw io.nokv.sql.error.SqlState.NOT_SUPPORTED
                    .failure("join type " + join.getJoinType() + " is not supported");
        };
    }

    private PlanNode outer(LogicalJoin join, JoinKind kind) {
        PlanNode left = lowering.lower(join.getLeft());
        PlanNode right = lowering.lower(join.getRight());
        List<RexNode> conditions = RelOptUtil.conjunctions(join.getCondition());
        Choice straight = choose(left, join.getRight(), right, kind, conditions);
        Choice turned = kind == JoinKind.SEMI ? turned(join.getLeft(), right, conditions) : null;
        return turned != null && turned.cost < straight.cost ? turned.node : straight.node;
    }

    /**
     * A semi-join the other way round: the distinct keys of the right side look up the rows of the left, which come out
     * once each because they match one key only. Null when the left has no such key.
     */
    private Choice turned(RelNode left, PlanNode right, List<RexNode> conditions) {
        int width = left.getRowType().getFieldCount();
        List<Integer> leftKeys = new ArrayList<>();
        List<Integer> rightKeys = new ArrayList<>();
        for (RexNode condition : conditions) {
            if (!addKey(condition, width, leftKeys, rightKeys)) {
                return null;
            }
        }
        LeafQuery query = LeafQuery.of(left);
        if (query == null || !(query.leaf() instanceof LeafQuery.TableLeaf leaf) || leftKeys.isEmpty()) {
            return null;
        }
        int[] group = ints(rightKeys);
        boolean[] all = new boolean[group.length];
        java.util.Arrays.fill(all, true);
        RelDataTypeFactory.Builder keyType = lowering.types().builder();
        for (int i = 0; i < group.length; i++) {
            keyType.add("key" + i, right.type().getFieldList().get(group[i]).getType());
        }
        PlanNode keys = new PlanNode("HashAggregate",
                "by(" + String.join(", ", rightKeys.stream().map(right.type().getFieldNames()::get).toList()) + ")",
                List.of(right), keyType.build(), right.rows(), RowOrdering.NONE,
                new Aggregate(right.operator(), group, List.of(all), List.of(), false));
        List<RexNode> equal = new ArrayList<>();
        RexBuilder rex = left.getCluster().getRexBuilder();
        for (int i = 0; i < group.length; i++) {
            equal.add(rex.makeCall(SqlStdOperatorTable.EQUALS, RexInputRef.of(i, keys.type()), new RexInputRef(
                    group.length + leftKeys.get(i), left.getRowType().getFieldList().get(leftKeys.get(i)).getType())));
        }
        Choice lookup = lookup(keys, query, leaf, left, JoinKind.INNER, equal);
        if (lookup == null) {
            return null;
        }
        int[] source = IntStream.range(0, width).map(i -> i + group.length).toArray();
        return new Choice(fields(lookup.node, source, left.getRowType()), lookup.cost + 2 * right.rows());
    }

    /** a RIGHT JOIN b is b LEFT JOIN a with the fields put back. */
    private PlanNode right(LogicalJoin join) {
        int leftFields = join.getLeft().getRowType().getFieldCount();
        int rightFields = join.getRight().getRowType().getFieldCount();
        List<RexNode> conditions = new ArrayList<>();
        for (RexNode condition : RelOptUtil.conjunctions(join.getCondition())) {
            conditions.add(shift(condition, i -> i < leftFields ? i + rightFields : i - leftFields));
        }
        PlanNode left = lowering.lower(join.getRight());
        PlanNode node = choose(left, join.getLeft(), null, JoinKind.LEFT, conditions).node;
        int[] source = IntStream.range(0, leftFields + rightFields)
                .map(i -> i < leftFields ? i + rightFields : i - leftFields).toArray();
        return fields(node, source, join.getRowType());
    }

    // ---- inner joins of any number of inputs ------------------------------------------------------------------

    private record Input(RelNode rel, int offset) {
        int fields() {
            return rel.getRowType().getFieldCount();
        }
    }

    private PlanNode inner(LogicalJoin join) {
        List<Input> inputs = new ArrayList<>();
        List<RexNode> conditions = new ArrayList<>();
        flatten(join, 0, inputs, conditions);
        List<PlanNode> alone = new ArrayList<>();
        for (Input input : inputs) {
            alone.add(lowering.lower(input.rel));
        }
        List<Integer> open = new ArrayList<>(IntStream.range(0, inputs.size()).boxed().toList());
        int first = open.stream().min((a, b) -> Double.compare(alone.get(a).rows(), alone.get(b).rows()))
                .orElseThrow();
        open.remove((Integer) first);
        PlanNode current = alone.get(first);
        // By field of the whole join: where it is in the current rows, or -1.
        int[] position = new int[join.getRowType().getFieldCount()];
        java.util.Arrays.fill(position, -1);
        place(position, inputs.get(first), 0);
        while (!open.isEmpty()) {
            Step bestStep = null;
            for (int candidate : open) {
                Step step = step(current, position, inputs.get(candidate), alone.get(candidate), candidate,
                        conditions);
                if (bestStep == null || step.cost < bestStep.cost) {
                    bestStep = step;
                }
            }
            int offset = current.fields();
            current = bestStep.node;
            place(position, inputs.get(bestStep.input), offset);
            open.remove((Integer) bestStep.input);
            conditions.removeAll(bestStep.used);
        }
        return fields(current, position, join.getRowType());
    }

    private static void place(int[] position, Input input, int at) {
        for (int i = 0; i < input.fields(); i++) {
            position[input.offset + i] = at + i;
        }
    }

    private static void flatten(RelNode rel, int offset, List<Input> inputs, List<RexNode> conditions) {
        if (rel instanceof LogicalJoin join && join.getJoinType() == JoinRelType.INNER) {
            flatten(join.getLeft(), offset, inputs, conditions);
            flatten(join.getRight(), offset + join.getLeft().getRowType().getFieldCount(), inputs, conditions);
            for (RexNode condition : RelOptUtil.conjunctions(join.getCondition())) {
                conditions.add(shift(condition, i -> i + offset));
            }
            return;
        }
        inputs.add(new Input(rel, offset));
    }

    private record Step(int input, PlanNode node, double cost, List<RexNode> used) {}

    private Step step(PlanNode current, int[] position, Input input, PlanNode alone, int index,
            List<RexNode> conditions) {
        List<RexNode> used = new ArrayList<>();
        List<RexNode> here = new ArrayList<>();
        for (RexNode condition : conditions) {
            boolean known = true;
            for (int field : RelOptUtil.InputFinder.bits(condition)) {
                known &= position[field] >= 0 || field >= input.offset && field < input.offset + input.fields();
            }
            if (known) {
                used.add(condition);
                int width = current.fields();
                here.add(shift(condition, i -> position[i] >= 0 ? position[i] : width + i - input.offset));
            }
        }
        Choice choice = choose(current, input.rel, alone, JoinKind.INNER, here);
        boolean connected = !here.isEmpty();
        return new Step(index, choice.node, connected ? choice.cost : 1e18 + choice.cost, used);
    }

    // ---- one join ---------------------------------------------------------------------------------------------

    private record Choice(PlanNode node, double cost) {}

    private Choice choose(PlanNode left, RelNode right, PlanNode rightAlone, JoinKind kind,
            List<RexNode> conditions) {
        PlanNode alone = rightAlone == null ? lowering.lower(right) : rightAlone;
        Choice hash = hash(left, alone, kind, conditions);
        LeafQuery query = kind == JoinKind.FULL ? null : LeafQuery.of(right);
        if (query == null || !(query.leaf() instanceof LeafQuery.TableLeaf leaf)) {
            return hash;
        }
        Choice lookup = lookup(left, query, leaf, right, kind, conditions);
        return lookup != null && lookup.cost < hash.cost ? lookup : hash;
    }

    /** Null when the left rows name no part of the key that the right side's own conditions do not name. */
    private Choice lookup(PlanNode left, LeafQuery query, LeafQuery.TableLeaf leaf, RelNode right, JoinKind kind,
            List<RexNode> conditions) {
        int width = left.fields();
        List<RexNode> all = new ArrayList<>();
        for (RexNode condition : query.conditions()) {
            all.add(shift(condition, i -> i + width));
        }
        for (RexNode condition : conditions) {
            all.add(intoLeaf(condition, width, query));
        }
        List<String> names = new ArrayList<>();
        left.type().getFieldNames().forEach(name -> names.add("left." + name));
        names.addAll(leaf.rowType().getFieldNames());
        ExprText text = ExprText.of(names);
        KeyAccess access = lowering.leaves().access(leaf.table(), all, width, text);
        KeyAccess own = lowering.leaves().access(leaf.table(), query.conditions(), 0,
                ExprText.of(leaf.rowType().getFieldNames()));
        if (access.points() <= own.points()) {
            return null;
        }
        boolean wholeKey = access.points() == leaf.table().keyColumns() && LookupJoin.supports(leaf.table());
        double fanOut = Math.max(wholeKey ? 1 : access.rows(), 1);
        double cost = left.rows() * (wholeKey ? LOOKUP_COST : PREFIX_COST + access.rows());
        PlanNode node = wholeKey
                ? byKey(left, query, leaf, kind, access, text)
                : byPrefix(left, right, query, leaf, kind, conditions, access, text);
        double rows = kind.showsRight() ? left.rows() * fanOut : left.rows();
        return new Choice(new PlanNode(node.name(), node.detail(), node.inputs(), node.type(), Math.max(1, rows),
                left.ordering(), node.operator()), cost);
    }

    private PlanNode byKey(PlanNode left, LeafQuery query, LeafQuery.TableLeaf leaf, JoinKind kind, KeyAccess access,
            ExprText text) {
        int width = left.fields();
        List<RexNode> shown = kind.showsRight() ? projectsOf(query) : List.of();
        List<RexNode> looksAt = new ArrayList<>();
        shown.forEach(node -> looksAt.add(shift(node, i -> i + width)));
        looksAt.addAll(access.residual());
        int[] columns = RelOptUtil.InputFinder.bits(looksAt, null).except(ImmutableBitSet.range(width)).shift(-width)
                .toArray();
        ExprCompiler compiler = new ExprCompiler(
                i -> i < width ? i : width + java.util.Arrays.binarySearch(columns, i - width), lowering.outerSlots());
        Expr residual = access.residual().isEmpty() ? null : LeafLowering.conjunction(access.residual(), compiler);
        Expr asOf = leaf.asOf() == null ? null : compiler.compile(leaf.asOf());
        LookupJoin join = new LookupJoin(left.operator(), leaf.table(), access.bounds(), columns, kind, residual, asOf);
        String detail = kind.name().toLowerCase(java.util.Locale.ROOT) + " " + leaf.table().tableName() + " key["
                + access.text() + "] columns("
                + String.join(", ", IntStream.of(columns).mapToObj(i -> leaf.rowType().getFieldNames().get(i)).toList())
                + ")"
                + (access.residual().isEmpty() ? "" : " filter(" + text.all(access.residual(), " and ") + ")");
        RelDataType fetched = concat(left.type(), lowering.leaves().shape(leaf.rowType(), columns), kind);
        PlanNode node = new PlanNode("LookupJoin", detail, List.of(left), fetched, left.rows(), left.ordering(), join);
        return kind.showsRight() ? projectRight(node, left, shown, query.type(), compiler, kind) : node;
    }

    /** Brings the fetched columns into the form the right side's projection has. */
    private PlanNode projectRight(PlanNode node, PlanNode left, List<RexNode> shown, RelDataType rightType,
            ExprCompiler compiler, JoinKind kind) {
        int width = left.fields();
        List<Expr> expressions = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            int field = i;
            expressions.add((row, _) -> row[field]);
        }
        boolean identity = node.fields() == width + shown.size();
        for (int i = 0; i < shown.size(); i++) {
            RexNode moved = shift(shown.get(i), f -> f + width);
            Expr value = compiler.compile(moved);
            boolean plain = moved instanceof RexInputRef;
            identity &= plain && shown.get(i) instanceof RexInputRef;
            // For an unmatched left row everything on the right is NULL, also what is computed.
            expressions.add(kind == JoinKind.LEFT && !plain
                    ? (row, frame) -> isUnmatched(row, width) ? null : value.eval(row, frame)
                    : value);
        }
        RelDataType type = concat(left.type(), rightType, kind);
        if (identity && isAscending(shown)) {
            return new PlanNode(node.name(), node.detail(), node.inputs(), type, node.rows(), node.ordering(),
                    node.operator());
        }
        return new PlanNode("Project", String.join(", ", type.getFieldNames()), List.of(node), type, node.rows(),
                node.ordering(), RowOperators.project(node.operator(), expressions));
    }

    private static boolean isUnmatched(Object[] row, int width) {
        for (int i = width; i < row.length; i++) {
            if (row[i] != null) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscending(List<RexNode> shown) {
        int before = -1;
        for (RexNode node : shown) {
            int index = ((RexInputRef) node).getIndex();
            if (index <= before) {
                return false;
            }
            before = index;
        }
        return true;
    }

    private static List<RexNode> projectsOf(LeafQuery query) {
        if (query.projects() != null) {
            return query.projects();
        }
        List<RexNode> all = new ArrayList<>();
        for (int i = 0; i < query.leaf().rowType().getFieldCount(); i++) {
            all.add(RexInputRef.of(i, query.leaf().rowType()));
        }
        return all;
    }

    /** The right side is opened per left row, with the left fields as an outer row. */
    private PlanNode byPrefix(PlanNode left, RelNode right, LeafQuery query, LeafQuery.TableLeaf leaf, JoinKind kind,
            List<RexNode> conditions, KeyAccess access, ExprText text) {
        int width = left.fields();
        CorrelationId id = lowering.newCorrelation();
        RexBuilder rex = right.getCluster().getRexBuilder();
        RexNode outer = rex.makeCorrel(left.type(), id);
        List<RexNode> own = new ArrayList<>(query.conditions());
        for (RexNode condition : conditions) {
            own.add(intoLeaf(condition, width, query).accept(new RexShuttle() {
                @Override
                public RexNode visitInputRef(RexInputRef ref) {
                    return ref.getIndex() < width
                            ? rex.makeFieldAccess(outer, ref.getIndex())
                            : RexInputRef.of(ref.getIndex() - width, leaf.rowType());
                }
            }));
        }
        int slot = lowering.slot(id);
        PlanNode inner = lowering.leaves()
                .lower(new LeafQuery(leaf, own, query.projects(), query.needed(), query.type()));
        NestedJoin join = new NestedJoin(left.operator(), inner.operator(), slot, inner.fields(), kind, null);
        return new PlanNode("IndexJoin", kind.name().toLowerCase(java.util.Locale.ROOT), List.of(left, inner),
                concat(left.type(), inner.type(), kind), left.rows(), left.ordering(), join);
    }

    private Choice hash(PlanNode left, PlanNode right, JoinKind kind, List<RexNode> conditions) {
        int width = left.fields();
        List<Integer> leftKeys = new ArrayList<>();
        List<Integer> rightKeys = new ArrayList<>();
        List<RexNode> rest = new ArrayList<>();
        for (RexNode condition : conditions) {
            if (!addKey(condition, width, leftKeys, rightKeys)) {
                rest.add(condition);
            }
        }
        ExprCompiler compiler = new ExprCompiler(i -> i, lowering.outerSlots());
        List<String> names = new ArrayList<>(left.type().getFieldNames());
        names.addAll(right.type().getFieldNames());
        ExprText text = ExprText.of(names);
        Expr residual = rest.isEmpty() ? null : LeafLowering.conjunction(rest, compiler);
        HashJoin join = new HashJoin(left.operator(), right.operator(), ints(leftKeys), ints(rightKeys), width,
                right.fields(), kind, residual);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < leftKeys.size(); i++) {
            keys.add(names.get(leftKeys.get(i)) + " = " + names.get(width + rightKeys.get(i)));
        }
        String detail = kind.name().toLowerCase(java.util.Locale.ROOT)
                + (keys.isEmpty() ? "" : " on(" + String.join(" and ", keys) + ")")
                + (rest.isEmpty() ? "" : " filter(" + text.all(rest, " and ") + ")");
        boolean equal = !leftKeys.isEmpty();
        double rows = !kind.showsRight()
                ? left.rows()
                : equal ? Math.max(left.rows(), right.rows()) : left.rows() * right.rows();
        double cost = left.rows() + 2 * right.rows() + (equal ? 0 : left.rows() * right.rows());
        return new Choice(new PlanNode(equal ? "HashJoin" : "LoopJoin", detail, List.of(left, right),
                concat(left.type(), right.type(), kind), Math.max(1, rows),
                kind == JoinKind.FULL ? RowOrdering.NONE : left.ordering(), join), cost);
    }

    private static boolean addKey(RexNode condition, int width, List<Integer> leftKeys, List<Integer> rightKeys) {
        if (condition.getKind() != SqlKind.EQUALS
                || !(((RexCall) condition).getOperands().get(0) instanceof RexInputRef a)
                || !(((RexCall) condition).getOperands().get(1) instanceof RexInputRef b)
                || a.getIndex() < width == b.getIndex() < width) {
            return false;
        }
        leftKeys.add(Math.min(a.getIndex(), b.getIndex()));
        rightKeys.add(Math.max(a.getIndex(), b.getIndex()) - width);
        return true;
    }

    // ---- fields -----------------------------------------------------------------------------------------------

    private static RexNode intoLeaf(RexNode condition, int width, LeafQuery query) {
        return condition.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                if (ref.getIndex() < width) {
                    return ref;
                }
                RexNode inLeaf = query.projects() == null
                        ? RexInputRef.of(ref.getIndex() - width, query.leaf().rowType())
                        : query.projects().get(ref.getIndex() - width);
                return shift(inLeaf, i -> i + width);
            }
        });
    }

    private static RexNode shift(RexNode node, java.util.function.IntUnaryOperator to) {
        return node.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                return new RexInputRef(to.applyAsInt(ref.getIndex()), ref.getType());
            }
        });
    }

    private RelDataType concat(RelDataType left, RelDataType right, JoinKind kind) {
        if (!kind.showsRight()) {
            return left;
        }
        RelDataTypeFactory.Builder type = lowering.types().builder();
        type.addAll(left.getFieldList());
        type.addAll(right.getFieldList());
        return type.build();
    }

    private static PlanNode fields(PlanNode node, int[] source, RelDataType type) {
        boolean identity = true;
        for (int i = 0; i < source.length; i++) {
            identity &= source[i] == i;
        }
        if (identity) {
            return new PlanNode(node.name(), node.detail(), node.inputs(), type, node.rows(), node.ordering(),
                    node.operator());
        }
        return new PlanNode("Project", String.join(", ", type.getFieldNames()), List.of(node), type, node.rows(),
                node.ordering().project(source), RowOperators.fields(node.operator(), source));
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }
}
