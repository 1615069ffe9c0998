package io.nokv.sql.plan;

import io.nokv.sql.exec.Operator;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;

/**
 * A physical operator as planned. Only {@link #operator} lives on in a cached plan; the rest is for the choices above it
 * and for EXPLAIN.
 *
 * @param name what it does, as EXPLAIN shows it
 * @param detail how, as EXPLAIN shows it; may be empty
 * @param rows estimate
 */
record PlanNode(String name, String detail, List<PlanNode> inputs, RelDataType type, double rows, RowOrdering ordering,
        Operator operator) {
    int fields() {
        return type.getFieldCount();
    }

    /** One line per operator, inputs indented below. */
    void explain(String indent, List<String> lines) {
        lines.add(indent + name + (detail.isEmpty() ? "" : " " + detail));
        for (PlanNode input : inputs) {
            input.explain(indent + "  ", lines);
        }
    }
}
