package io.nokv.sql.plan;

import io.nokv.sql.error.SqlState;
import org.apache.calcite.rel.logical.LogicalWindow;

final class WindowLowering {
    private WindowLowering() {}

    static PlanNode lower(LogicalWindow window, PlanNode input, Lowering lowering) {
        throw SqlState.NOT_SUPPORTED.failure("window functions are not supported");
    }
}
