package io.nokv.sql.plan;

import io.nokv.sql.exec.KeyBounds;
import java.util.List;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * How a table will be read.
 *
 * @param parts how many leading key columns are bounded
 * @param points how many of them are points
 * @param single key columns that have exactly one value
 * @param residual conditions that the bounds do not decide
 * @param rows estimate of what the bounds let through
 * @param text the bounds, for EXPLAIN
 */
record KeyAccess(KeyBounds bounds, int parts, int points, ImmutableBitSet single, List<RexNode> residual, double rows,
        String text) {}
