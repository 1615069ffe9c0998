package io.nokv.sql.plan;

import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.catalog.TableFunction;
import io.nokv.sql.exec.FunctionScans;
import io.nokv.sql.exec.KeyBounds;
import io.nokv.sql.exec.Operator;
import io.nokv.sql.exec.RowOperators;
import io.nokv.sql.exec.TableScan;
import io.nokv.sql.expr.Conditions;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.ExprCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.Sarg;

/** Access to tables and table functions: bounds from conditions, only the columns that are needed, the rest as residual. */
final class LeafLowering {
    private final RelDataTypeFactory types;
    private final Map<CorrelationId, Integer> outerSlots;

    LeafLowering(RelDataTypeFactory types, Map<CorrelationId, Integer> outerSlots) {
        this.types = types;
        this.outerSlots = outerSlots;
    }

    /** The bounds that the query's own conditions give, with {@code others} over the fields left of {@code offset}. */
    KeyAccess access(NamespaceTable table, List<RexNode> conditions, int offset, ExprText text) {
        return new KeyAccessFinder(table, offset, new ExprCompiler(i -> i, outerSlots), text).find(conditions);
    }

    PlanNode lower(LeafQuery query) {
        return switch (query.leaf()) {
            case LeafQuery.TableLeaf leaf -> table(query, leaf);
            case LeafQuery.FunctionLeaf leaf -> function(query, leaf);
        };
    }

    private PlanNode table(LeafQuery query, LeafQuery.TableLeaf leaf) {
        NamespaceTable table = leaf.table();
        ExprText text = ExprText.of(leaf.rowType().getFieldNames());
        KeyAccess access = access(table, query.conditions(), 0, text);
        int[] columns = columns(query, access.residual());
        Expr residual = residual(access.residual(), columns);
        Expr asOf = leaf.asOf() == null ? null : new ExprCompiler(i -> i, outerSlots).compile(leaf.asOf());
        ImmutableBitSet read = read(query, access.residual(), columns);
        Operator scan = new TableScan(table, access.bounds(), masked(columns, read), residual, asOf);
        ImmutableBitSet constants = access.single();
        RowOrdering ordering = new RowOrdering(IntStream.range(0, table.keyColumns()).boxed().toList(), constants)
                .project(columns);
        double rows = Math.max(1, access.rows() * (access.residual().isEmpty() ? 1 : 0.25));
        PlanNode node = new PlanNode(accessName(table, access),
                detail(table.tableName(), leaf, access, read.toArray(), text),
                List.of(), shape(leaf.rowType(), columns), rows, ordering, scan);
        return projected(node, query, columns, text);
    }

    private static String detail(String name, LeafQuery.TableLeaf leaf, KeyAccess access, int[] columns,
            ExprText text) {
        StringBuilder out = new StringBuilder(name);
        if (!access.text().isEmpty()) {
            out.append(" key[").append(access.text()).append(']');
        }
        out.append(" columns(").append(String.join(", ",
                IntStream.of(columns).mapToObj(i -> leaf.rowType().getFieldNames().get(i)).toList())).append(')');
        if (!access.residual().isEmpty()) {
            out.append(" filter(").append(text.all(access.residual(), " and ")).append(')');
        }
        if (leaf.asOf() != null) {
            out.append(" as of ").append(text.of(leaf.asOf()));
        }
        return out.toString();
    }

    static String accessName(NamespaceTable table, KeyAccess access) {
        if (access.points() == table.keyColumns()) {
            return access.single().cardinality() == access.points() ? "Get" : "MultiGet";
        }
        if (access.parts() == 0) {
            return "FullScan";
        }
        if (access.bounds().parts().getFirst() == KeyBounds.Part.EVERY) {
            return "SkipScan";
        }
        return access.parts() > access.points() ? "RangeScan" : "PrefixScan";
    }

    private PlanNode function(LeafQuery query, LeafQuery.FunctionLeaf leaf) {
        TableFunction function = leaf.function();
        ExprText text = ExprText.of(leaf.rowType().getFieldNames());
        List<RexNode> conditions = query.conditions();
        KeyBounds names = KeyBounds.ALL;
        String bounds = "";
        if (function == TableFunction.READDIRPLUS) {
            KeyAccess access = directoryAccess(conditions, text);
            names = access.bounds();
            conditions = access.residual();
            bounds = access.text().isEmpty() ? "" : " key[" + access.text() + "]";
        }
        RexNode depth = function == TableFunction.SUBTREE ? depthLimit(conditions) : null;
        int[] columns = columns(query, conditions);
        ExprCompiler compiler = new ExprCompiler(i -> i, outerSlots);
        ImmutableBitSet read = read(query, conditions, columns);
        FunctionScans.Call call = new FunctionScans.Call(function, compiler.compileAll(leaf.arguments()),
                isConstant(leaf.arguments()), masked(columns, read), names,
                depth == null ? null : compiler.compile(depth),
                residual(conditions, columns));
        RowOrdering ordering = RowOrdering.NONE;
        if (function == TableFunction.READDIRPLUS) {
            ordering = new RowOrdering(List.of(0, 1, 2), ImmutableBitSet.of(0, 1)).project(columns);
        }
        String detail = function.name() + "(" + shownArguments(leaf) + ")" + bounds + " columns("
                + String.join(", ",
                        IntStream.of(read.toArray()).mapToObj(i -> leaf.rowType().getFieldNames().get(i)).toList())
                + ")" + (depth == null ? "" : " depth <= " + text.of(depth))
                + (conditions.isEmpty() ? "" : " filter(" + text.all(conditions, " and ") + ")");
        double rows = switch (function) {
            case READDIRPLUS -> 64;
            case SUBTREE -> 100_000;
            case DU -> 64;
            case SNAPSHOT_SUBTREE, RETIRE_SNAPSHOT -> 1;
        };
        PlanNode node = new PlanNode("Function", detail, List.of(), shape(leaf.rowType(), columns), rows, ordering,
                FunctionScans.of(call));
        return projected(node, query, columns, text);
    }

    /** Bounds of names: as if mount and parent were known points. */
    private KeyAccess directoryAccess(List<RexNode> conditions, ExprText text) {
        KeyAccessFinder finder = new KeyAccessFinder(NamespaceTable.ENTRIES, 0, new ExprCompiler(i -> i, outerSlots),
                text);
        return finder.findNames(conditions);
    }

    private static String shownArguments(LeafQuery.FunctionLeaf leaf) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < leaf.arguments().size(); i++) {
            RexNode argument = leaf.arguments().get(i);
            if (!(argument instanceof RexLiteral literal && literal.isNull())) {
                shown.add(leaf.function().parameters().get(i).name() + " => "
                        + ExprText.of(List.of()).of(argument));
            }
        }
        return String.join(", ", shown);
    }

    private boolean isConstant(List<RexNode> arguments) {
        boolean[] outer = new boolean[1];
        for (RexNode argument : arguments) {
            argument.accept(new RexVisitorImpl<Void>(true) {
                @Override
                public Void visitFieldAccess(RexFieldAccess access) {
                    outer[0] |= access.getReferenceExpr() instanceof RexCorrelVariable;
                    return null;
                }
            });
        }
        return !outer[0];
    }

    /** An upper bound of SUBTREE's depth; the condition stays a residual as well. */
    private static RexNode depthLimit(List<RexNode> conditions) {
        for (RexNode condition : conditions) {
            if (!(condition instanceof RexCall call) || call.getOperands().size() != 2
                    || !(call.getOperands().get(0) instanceof RexInputRef ref) || ref.getIndex() != 1) {
                continue;
            }
            RexNode bound = call.getOperands().get(1);
            switch (call.getKind()) {
                case LESS_THAN, LESS_THAN_OR_EQUAL, EQUALS -> {
                    if (RelOptUtil.InputFinder.bits(bound).isEmpty()) {
                        return bound;
                    }
                }
                case SEARCH -> {
                    List<Conditions.Interval> intervals = Conditions.intervals(
                            ((RexLiteral) bound).getValueAs(Sarg.class));
                    boolean open = intervals.stream().anyMatch(i -> i.high() == null);
                    if (!open && intervals.getLast().high() instanceof Long most) {
                        return new org.apache.calcite.rex.RexBuilder(
                                new org.apache.calcite.jdbc.JavaTypeFactoryImpl()).makeBigintLiteral(
                                        java.math.BigDecimal.valueOf(most));
                    }
                }
                default -> {
                }
            }
        }
        return null;
    }

    /** The columns whose values are really read. */
    private static ImmutableBitSet read(LeafQuery query, List<RexNode> residual, int[] columns) {
        ImmutableBitSet all = ImmutableBitSet.of(columns);
        if (query.projects() != null || query.needed() == null) {
            return all;
        }
        return query.needed().union(RelOptUtil.InputFinder.bits(residual, null)).intersect(all);
    }

    /** -1 for columns that keep their place in the row but are not read. */
    private static int[] masked(int[] columns, ImmutableBitSet read) {
        return IntStream.of(columns).map(i -> read.get(i) ? i : -1).toArray();
    }

    /** The columns that residual and projection look at, ascending. */
    static int[] columns(LeafQuery query, List<RexNode> residual) {
        if (query.projects() == null) {
            return IntStream.range(0, query.leaf().rowType().getFieldCount()).toArray();
        }
        List<RexNode> seen = new ArrayList<>(query.projects());
        seen.addAll(residual);
        return RelOptUtil.InputFinder.bits(seen, null).toArray();
    }

    private Expr residual(List<RexNode> conditions, int[] columns) {
        return conditions.isEmpty() ? null : conjunction(conditions, compiler(columns));
    }

    static Expr conjunction(List<RexNode> conditions, ExprCompiler compiler) {
        if (conditions.size() == 1) {
            return compiler.compile(conditions.getFirst());
        }
        Expr[] all = compiler.compileAll(conditions).toArray(Expr[]::new);
        return (row, frame) -> {
            for (Expr each : all) {
                if (!each.holds(row, frame)) {
                    return false;
                }
            }
            return true;
        };
    }

    private ExprCompiler compiler(int[] columns) {
        return new ExprCompiler(i -> java.util.Arrays.binarySearch(columns, i), outerSlots);
    }

    RelDataType shape(RelDataType rowType, int[] columns) {
        RelDataTypeFactory.Builder shape = types.builder();
        for (int column : columns) {
            shape.add(rowType.getFieldList().get(column));
        }
        return shape.build();
    }

    private PlanNode projected(PlanNode scan, LeafQuery query, int[] columns, ExprText text) {
        if (query.projects() == null) {
            return scan;
        }
        List<RexNode> projects = query.projects();
        int[] source = new int[projects.size()];
        boolean plain = true;
        boolean identity = projects.size() == columns.length;
        for (int i = 0; i < source.length; i++) {
            source[i] = projects.get(i) instanceof RexInputRef ref
                    ? java.util.Arrays.binarySearch(columns, ref.getIndex())
                    : -1;
            plain &= source[i] >= 0;
            identity &= source[i] == i;
        }
        if (identity) {
            return new PlanNode(scan.name(), scan.detail(), scan.inputs(), query.type(), scan.rows(), scan.ordering(),
                    scan.operator());
        }
        Operator operator = plain
                ? RowOperators.fields(scan.operator(), source)
                : RowOperators.project(scan.operator(), compiler(columns).compileAll(projects));
        return new PlanNode("Project", text.all(projects, ", "), List.of(scan), query.type(), scan.rows(),
                scan.ordering().project(source), operator);
    }
}
