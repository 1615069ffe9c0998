package io.nokv.sql.plan;

import java.util.List;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rel.rules.PruneEmptyRules;

/** The heuristic rules, in phases; a statement goes only through the phases that its shape asks for. */
final class LogicalRules {
    private LogicalRules() {}

    /** Subqueries become joins or correlations. */
    static final HepProgram SUB_QUERIES = HepProgram.builder()
            .addRuleCollection(
                    List.of(CoreRules.FILTER_SUB_QUERY_TO_CORRELATE, CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
                            CoreRules.JOIN_SUB_QUERY_TO_CORRELATE))
            .build();

    /** One table: constants folded, filters and projections merged, nothing read when nothing can match. */
    static final HepProgram SIMPLE = HepProgram.builder()
            .addRuleCollection(List.of(CoreRules.FILTER_REDUCE_EXPRESSIONS, CoreRules.PROJECT_REDUCE_EXPRESSIONS,
                    CoreRules.FILTER_PROJECT_TRANSPOSE, CoreRules.FILTER_MERGE, CoreRules.PROJECT_MERGE,
                    CoreRules.FILTER_AGGREGATE_TRANSPOSE, PruneEmptyRules.FILTER_INSTANCE,
                    PruneEmptyRules.PROJECT_INSTANCE, PruneEmptyRules.SORT_INSTANCE,
                    PruneEmptyRules.SORT_FETCH_ZERO_INSTANCE, PruneEmptyRules.AGGREGATE_INSTANCE))
            .build();

    /** Several tables: besides, conditions move to where they cut most and set operations become others. */
    static final HepProgram FULL = HepProgram.builder()
            .addRuleCollection(List.of(CoreRules.FILTER_REDUCE_EXPRESSIONS, CoreRules.PROJECT_REDUCE_EXPRESSIONS,
                    CoreRules.JOIN_REDUCE_EXPRESSIONS, CoreRules.FILTER_INTO_JOIN, CoreRules.JOIN_CONDITION_PUSH,
                    CoreRules.FILTER_PROJECT_TRANSPOSE, CoreRules.FILTER_MERGE, CoreRules.PROJECT_MERGE,
                    CoreRules.FILTER_AGGREGATE_TRANSPOSE, CoreRules.FILTER_SET_OP_TRANSPOSE,
                    CoreRules.FILTER_CORRELATE, CoreRules.UNION_TO_DISTINCT, CoreRules.INTERSECT_TO_DISTINCT,
                    CoreRules.MINUS_TO_DISTINCT, CoreRules.UNION_MERGE, PruneEmptyRules.FILTER_INSTANCE,
                    PruneEmptyRules.PROJECT_INSTANCE, PruneEmptyRules.SORT_INSTANCE,
                    PruneEmptyRules.SORT_FETCH_ZERO_INSTANCE, PruneEmptyRules.AGGREGATE_INSTANCE,
                    PruneEmptyRules.JOIN_LEFT_INSTANCE, PruneEmptyRules.JOIN_RIGHT_INSTANCE,
                    PruneEmptyRules.CORRELATE_LEFT_INSTANCE, PruneEmptyRules.CORRELATE_RIGHT_INSTANCE,
                    PruneEmptyRules.UNION_INSTANCE))
            .addRuleInstance(CoreRules.PROJECT_TO_SEMI_JOIN).addRuleInstance(CoreRules.JOIN_TO_SEMI_JOIN).build();

    /** After everything else: window calls move into nodes of their own. */
    static final HepProgram WINDOWS = HepProgram.builder()
            .addRuleCollection(List.of(CoreRules.PROJECT_TO_LOGICAL_PROJECT_AND_WINDOW, CoreRules.PROJECT_MERGE))
            .build();
}
