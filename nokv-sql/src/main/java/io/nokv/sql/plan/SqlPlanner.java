package io.nokv.sql.plan;

import io.nokv.base.port.Clock;
import io.nokv.sql.api.Column;
import io.nokv.sql.error.SqlErrors;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.exec.RowOperators;
import io.nokv.sql.parse.Change;
import io.nokv.sql.parse.ChangeRewriter;
import io.nokv.sql.parse.ControlStatement;
import io.nokv.sql.parse.SqlGrammar;
import io.nokv.sql.parse.StatementText;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlExplain;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.apache.calcite.util.CancelFlag;

/** The pipeline from text to a {@link PlannedStatement}. Thread-safe; a plan takes at most five seconds, the first one sixty. */
public final class SqlPlanner {
    static final long DEADLINE_NANOS = 5_000_000_000L;

    /** Until a first statement was planned: that one also loads the planner's classes, on a busy machine slowly. */
    private static final long COLD_DEADLINE_NANOS = 60_000_000_000L;

    private static final SqlToRelConverter.Config CONVERTER = SqlToRelConverter.config().withExpand(false)
            .withTrimUnusedFields(true).withInSubQueryThreshold(Integer.MAX_VALUE)
            .withRelBuilderConfigTransform(c -> c.withSimplifyValues(false));

    private final SqlGrammar grammar;
    private final Clock clock;
    private volatile boolean warm;

    public SqlPlanner(SqlGrammar grammar, Clock clock) {
        this.grammar = grammar;
        this.clock = clock;
    }

    /** Every failure is a SqlFailure. */
    public PlannedStatement plan(String sql) {
        try {
            StatementText text = StatementText.of(sql);
            ControlStatement control = ControlStatement.of(text);
            if (control != null) {
                return new PlannedStatement(sql, List.of(), List.of(), null, 0, null, control);
            }
            PlannedStatement planned = new OneStatement(sql).plan(grammar.parse(text.body()));
            warm = true;
            return planned;
        } catch (SqlParseException | RuntimeException | StackOverflowError | AssertionError e) {
            throw SqlErrors.of(e);
        }
    }

    private final class Deadline extends CancelFlag {
        private final long limitNanos = warm ? DEADLINE_NANOS : COLD_DEADLINE_NANOS;
        private final long atNanos = clock.monotonicNanos() + limitNanos;

        Deadline() {
            super(new java.util.concurrent.atomic.AtomicBoolean());
        }

        @Override
        public boolean isCancelRequested() {
            return clock.monotonicNanos() - atNanos > 0;
        }

        void check() {
            if (isCancelRequested()) {
                throw tooLong();
            }
        }

        private RuntimeException tooLong() {
            return SqlState.STATEMENT_TOO_COMPLEX.failure("planning took longer than " + limitNanos / 1_000_000_000L
                    + " s; simplify the statement");
        }
    }

    private final class OneStatement {
        private final String sql;
        private final Deadline deadline = new Deadline();

        OneStatement(String sql) {
            this.sql = sql;
        }

        PlannedStatement plan(SqlNode tree) {
            if (tree instanceof SqlExplain explain) {
                return explain(explain.getExplicandum());
            }
            ChangeRewriter.Rewritten rewritten = ChangeRewriter.rewrite(tree);
            Converted converted = convert(rewritten.query());
            Lowering lowering = new Lowering(grammar.types());
            PlanNode plan = lowering.lower(converted.rel);
            deadline.check();
            Change change = rewritten.change();
            List<Column> columns = change == null ? ResultColumns.of(converted.type, converted.origins) : List.of();
            return new PlannedStatement(sql, columns, converted.parameters,
                    change == null ? ResultColumns.conform(plan.operator(), columns) : plan.operator(),
                    lowering.slots(), change, null);
        }

        private PlannedStatement explain(SqlNode explained) {
            ChangeRewriter.Rewritten rewritten = ChangeRewriter.rewrite(explained);
            Converted converted = convert(rewritten.query());
            List<String> lines = new ArrayList<>();
            String indent = "";
            if (rewritten.change() != null) {
                Change change = rewritten.change();
                lines.add("Change " + change.verb().name().toLowerCase(java.util.Locale.ROOT) + " "
                        + change.table().tableName()
                        + (change.given().isEmpty() ? "" : " (" + String.join(", ", change.given()) + ")"));
                indent = "  ";
            }
            new Lowering(grammar.types()).lower(converted.rel).explain(indent, lines);
            List<List<Expr>> rows = new ArrayList<>();
            for (String line : lines) {
                rows.add(List.of((_, _) -> line));
            }
            Column column = new Column("plan", "", Column.Type.VARCHAR, 0, 0, false, "");
            return new PlannedStatement(sql, List.of(column), converted.parameters, RowOperators.values(rows), 0, null,
                    null);
        }

        private record Converted(RelNode rel, RelDataType type, List<List<String>> origins,
                List<Column.Type> parameters) {}

        private Converted convert(SqlNode query) {
            deadline.check();
            SqlValidator validator = grammar.validator();
            SqlNode validated = validator.validate(query);
            if (!validated.isA(SqlKind.QUERY)) {
                throw SqlState.NOT_SUPPORTED.failure(validated.getKind().sql + " is not supported");
            }
            List<Column.Type> parameters = ResultColumns.parameters(validator.getParameterRowType(validated));
            RelDataType type = validator.getValidatedNodeType(validated);
            List<List<String>> origins = validator.getFieldOrigins(validated);
            deadline.check();
            HepPlanner planner = planner(HepProgram.builder().build());
            RelOptCluster cluster = RelOptCluster.create(planner, new RexBuilder(grammar.types()));
            cluster.setMetadataQuerySupplier(MetadataHandlers::query);
            SqlToRelConverter converter = new SqlToRelConverter((_, _, _, _) -> {
                throw SqlState.NOT_SUPPORTED.failure("views are not supported");
            }, validator, grammar.catalog(), cluster, StandardConvertletTable.INSTANCE, CONVERTER);
            RelRoot root = converter.convertQuery(validated, false, true);
            deadline.check();
            return new Converted(optimise(root, converter, cluster), type, origins, parameters);
        }

        private HepPlanner planner(HepProgram program) {
            HepPlanner planner = new HepPlanner(program, Contexts.of(deadline));
            planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
            planner.setExecutor(new ConstantFolder());
            return planner;
        }

        private RelNode optimise(RelRoot root, SqlToRelConverter converter, RelOptCluster cluster) {
            Shape shape = new Shape();
            root.rel.accept(shape);
            RelNode rel = root.rel;
            if (shape.subQueries) {
                rel = run(LogicalRules.SUB_QUERIES, rel);
            }
            if (shape.subQueries || shape.correlates) {
                rel = RelDecorrelator.decorrelateQuery(rel,
                        org.apache.calcite.rel.core.RelFactories.LOGICAL_BUILDER.create(cluster, null));
            }
            rel = converter.trimUnusedFields(!root.collation.getFieldCollations().isEmpty(), rel);
            RelNode top = root.withRel(rel).project();
            RelNode optimised = run(shape.several ? LogicalRules.FULL : LogicalRules.SIMPLE, top);
            return shape.windows ? run(LogicalRules.WINDOWS, optimised) : optimised;
        }

        private RelNode run(HepProgram program, RelNode rel) {
            deadline.check();
            HepPlanner planner = planner(program);
            planner.setRoot(rel);
            try {
                return planner.findBestExp();
            } catch (org.apache.calcite.runtime.CalciteException e) {
                deadline.check();
                throw e;
            }
        }
    }

    /** What kinds of nodes a statement has, to choose phases. */
    private static final class Shape extends RelHomogeneousShuttle {
        private boolean subQueries;
        private boolean correlates;
        private boolean several;
        private boolean windows;

        @Override
        public RelNode visit(RelNode rel) {
            switch (rel) {
                case LogicalFilter filter -> subQueries |= RexUtil.SubQueryFinder.find(filter.getCondition()) != null;
                case LogicalProject project -> {
                    subQueries |= RexUtil.SubQueryFinder.find(project.getProjects()) != null;
                    windows |= RexOver.containsOver(project.getProjects(), null);
                }
                case LogicalSort _,LogicalAggregate _,TableScan _ -> {
                }
                default -> {
                    several = true;
                    correlates |= rel instanceof org.apache.calcite.rel.core.Correlate;
                    subQueries |= rel instanceof org.apache.calcite.rel.core.Join join
                            && RexUtil.SubQueryFinder.find(join.getCondition()) != null;
                }
            }
            several |= subQueries;
            return super.visit(rel);
        }
    }
}
