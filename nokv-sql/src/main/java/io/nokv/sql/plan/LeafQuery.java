package io.nokv.sql.plan;

import io.nokv.sql.catalog.Catalog;
import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.catalog.TableFunction;
import io.nokv.sql.parse.FunctionOperator;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSnapshot;
import org.apache.calcite.rel.logical.LogicalTableFunctionScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Filters and projections over one table or table function, as one thing.
 *
 * @param conditions a conjunction over the leaf's columns
 * @param projects over the leaf's columns; null: all columns as they are
 * @param needed without projects, the columns that anybody looks at: others may be NULL; null: all
 * @param type of the result
 */
record LeafQuery(Leaf leaf, List<RexNode> conditions, List<RexNode> projects, ImmutableBitSet needed,
        RelDataType type) {
    sealed interface Leaf {
        RelDataType rowType();
    }

    /** @param asOf a time, or null */
    record TableLeaf(NamespaceTable table, RexNode asOf, RelDataType rowType) implements Leaf {}

    record FunctionLeaf(TableFunction function, List<RexNode> arguments, RelDataType rowType) implements Leaf {}

    /** Null when {@code rel} is anything else. */
    static LeafQuery of(RelNode rel) {
        return switch (rel) {
            case TableScan scan -> table(scan, null);
            case LogicalSnapshot snapshot -> {
                LeafQuery input = of(snapshot.getInput());
                yield input == null || !(input.leaf instanceof TableLeaf table) || table.asOf != null
                        ? null
                        : new LeafQuery(new TableLeaf(table.table, snapshot.getPeriod(), table.rowType),
                                input.conditions, input.projects, null, input.type);
            }
            case LogicalTableFunctionScan scan when scan.getCall() instanceof RexCall call
                    && call.getOperator() instanceof FunctionOperator operator ->
                new LeafQuery(new FunctionLeaf(operator.function(), call.getOperands(), scan.getRowType()), List.of(),
                        null, null, scan.getRowType());
            case LogicalFilter filter -> {
                LeafQuery input = of(filter.getInput());
                yield input == null ? null : input.filtered(filter.getCondition());
            }
            case LogicalProject project -> {
                LeafQuery input = of(project.getInput());
                yield input == null || RexOver.containsOver(project.getProjects(), null)
                        ? null
                        : new LeafQuery(input.leaf, input.conditions, input.inLeafTerms(project.getProjects()), null,
                                project.getRowType());
            }
            default -> null;
        };
    }

    private static LeafQuery table(TableScan scan, RexNode asOf) {
        Catalog.CatalogTable table = scan.getTable().unwrap(Catalog.CatalogTable.class);
        return table == null
                ? null
                : new LeafQuery(new TableLeaf(table.table(), asOf, scan.getRowType()), List.of(), null, null,
                        scan.getRowType());
    }

    private LeafQuery filtered(RexNode condition) {
        List<RexNode> all = new ArrayList<>(conditions);
        for (RexNode term : RelOptUtil.conjunctions(condition)) {
            all.add(inLeafTerms(term));
        }
        return new LeafQuery(leaf, List.copyOf(all), projects, needed, type);
    }

    /** Nobody looks at other fields of the result than these. */
    LeafQuery needing(ImmutableBitSet fields) {
        return projects != null ? this : new LeafQuery(leaf, conditions, null, fields, type);
    }

    List<RexNode> inLeafTerms(List<RexNode> nodes) {
        return nodes.stream().map(this::inLeafTerms).toList();
    }

    /** An expression over the result as one over the leaf. */
    RexNode inLeafTerms(RexNode node) {
        return projects == null ? node : substitute(node, projects);
    }

    static RexNode substitute(RexNode node, List<RexNode> inputs) {
        return node.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                return inputs.get(ref.getIndex());
            }
        });
    }
}
