/**
 * From a validated tree to operators. {@link io.nokv.sql.plan.SqlPlanner} runs the pipeline: Calcite's conversion to
 * relational algebra, heuristic rules ({@link io.nokv.sql.plan.LogicalRules}), then one pass
 * ({@link io.nokv.sql.plan.Lowering}) that chooses physical operators bottom-up: key access from conditions
 * ({@link io.nokv.sql.plan.KeyAccessFinder}), joins by lookups or hashing ({@link io.nokv.sql.plan.JoinLowering}), and no
 * sort where the input is already in order. The result is a tree of {@link io.nokv.sql.plan.PlanNode}: the physical
 * convention, with order as its only trait, and also what EXPLAIN shows. No code is generated. One thread per statement.
 */
package io.nokv.sql.plan;
