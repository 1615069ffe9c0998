package io.nokv.sql.plan;

import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.exec.KeyBounds;
import io.nokv.sql.exec.KeyBounds.Part;
import io.nokv.sql.exec.KeyBounds.Span;
import io.nokv.sql.expr.Conditions;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.ExprCompiler;
import io.nokv.sql.expr.Like;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.Sarg;

/**
 * Finds in a list of conditions the bounds of the leading key columns. A condition counts when one side is the column
 * itself and the other does not look at the table: literals, parameters, outer rows, and for joins the other side.
 */
final class KeyAccessFinder {
    /** More combinations of points than this are left to the residual. */
    private static final double MAX_POINTS = 65_536;

    private static final double DIRECTORY_ROWS = 64;

    private final NamespaceTable table;
    private final int offset;
    private final ExprCompiler compiler;
    private final ExprText text;

    /**
     * @param offset where the table's columns begin in the conditions' fields; fields before it are the other side's
     * @param compiler for expressions over the other side
     */
    KeyAccessFinder(NamespaceTable table, int offset, ExprCompiler compiler, ExprText text) {
        this.table = table;
        this.offset = offset;
        this.compiler = compiler;
        this.text = text;
    }

    /** @param exact whether the span decides the condition alone */
    private record Candidate(RexNode condition, List<Span> spans, boolean points, boolean exact, String shown) {}

    KeyAccess find(List<RexNode> conditions) {
        List<RexNode> residual = new ArrayList<>(conditions);
        List<Part> parts = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        int points = 0;
        ImmutableBitSet.Builder single = ImmutableBitSet.builder();
        double combinations = 1;
        for (int column = 0; column < boundColumns(); column++) {
            List<Candidate> candidates = candidates(column, residual);
            Candidate chosen = points(candidates);
            if (chosen != null && combinations * chosen.spans.size() <= MAX_POINTS) {
                combinations *= chosen.spans.size();
                points++;
                if (chosen.spans.size() == 1) {
                    single.set(column);
                }
                parts.add(new Part(chosen.spans));
                take(chosen, residual, shown);
                continue;
            }
            if (column == 0) {
                // Mounts are few: the rest of the key is worth a look in each of them.
                parts.add(Part.EVERY);
                shown.add("every mount");
                combinations *= 2;
                continue;
            }
            addRange(candidates, parts, residual, shown);
            break;
        }
        boolean everyMount = !parts.isEmpty() && parts.getFirst() == Part.EVERY;
        if (everyMount && parts.size() == 1) {
            return new KeyAccess(KeyBounds.ALL, 0, 0, ImmutableBitSet.of(), List.copyOf(residual),
                    table.estimatedRows(), "");
        }
        return new KeyAccess(new KeyBounds(List.copyOf(parts)), parts.size(), points, single.build(),
                List.copyOf(residual), estimate(parts.size(), points + (everyMount ? 1 : 0), combinations),
                String.join(" and ", shown));
    }

    /** Bounds of the names of one directory, which the caller knows: as the third part, behind two unused ones. */
    KeyAccess findNames(List<RexNode> conditions) {
        List<RexNode> residual = new ArrayList<>(conditions);
        List<Part> parts = new ArrayList<>(List.of(new Part(List.of()), new Part(List.of())));
        List<String> shown = new ArrayList<>();
        List<Candidate> candidates = candidates(2, residual);
        Candidate chosen = points(candidates);
        if (chosen != null) {
            parts.add(new Part(chosen.spans));
            take(chosen, residual, shown);
        } else {
            addRange(candidates, parts, residual, shown);
        }
        return new KeyAccess(new KeyBounds(List.copyOf(parts)), parts.size(), 0, ImmutableBitSet.of(),
                List.copyOf(residual),
                DIRECTORY_ROWS, String.join(" and ", shown));
    }

    /** Small tables are read per mount; the rest of their key is a condition like any other. */
    private int boundColumns() {
        return switch (table) {
            case MOUNTS, QUOTAS, SNAPSHOTS -> 1;
            case INODES -> 2;
            case DENTRIES, ENTRIES -> 3;
        };
    }

    private double estimate(int parts, int points, double combinations) {
        if (table.estimatedRows() < 1000) {
            return points == 0 ? table.estimatedRows() : Math.max(1, table.estimatedRows() / 4);
        }
        if (points == table.keyColumns()) {
            return combinations;
        }
        double each = switch (points) {
            case 0 -> table.estimatedRows();
            case 1 -> table.estimatedRows();
            default -> DIRECTORY_ROWS;
        };
        return Math.max(1, combinations * (parts > points ? each / 8 : each));
    }

    private static void take(Candidate chosen, List<RexNode> residual, List<String> shown) {
        shown.add(chosen.shown);
        if (chosen.exact) {
            residual.remove(chosen.condition);
        }
    }

    private static Candidate points(List<Candidate> candidates) {
        Candidate best = null;
        for (Candidate candidate : candidates) {
            if (candidate.points && (best == null || candidate.spans.size() < best.spans.size())) {
                best = candidate;
            }
        }
        return best;
    }

    /** One union of spans, or one low and one high bound from different conditions. */
    private static void addRange(List<Candidate> candidates, List<Part> parts, List<RexNode> residual,
            List<String> shown) {
        Candidate low = null;
        Candidate high = null;
        for (Candidate candidate : candidates) {
            Span first = candidate.spans.isEmpty() ? null : candidate.spans.getFirst();
            if (candidate.spans.size() != 1 || first.prefix() || first.low() != null && first.high() != null) {
                parts.add(new Part(candidate.spans));
                take(candidate, residual, shown);
                return;
            }
            low = low == null && first.low() != null ? candidate : low;
            high = high == null && first.high() != null ? candidate : high;
        }
        if (low == null && high == null) {
            return;
        }
        Span from = low == null ? null : low.spans.getFirst();
        Span to = high == null ? null : high.spans.getFirst();
        parts.add(new Part(List.of(new Span(from == null ? null : from.low(), from != null && from.lowIncluded(),
                to == null ? null : to.high(), to != null && to.highIncluded(), false))));
        if (low != null) {
            take(low, residual, shown);
        }
        if (high != null) {
            take(high, residual, shown);
        }
    }

    private List<Candidate> candidates(int column, List<RexNode> conditions) {
        List<Candidate> candidates = new ArrayList<>();
        for (RexNode condition : conditions) {
            Candidate candidate = candidate(column, condition);
            if (candidate != null) {
                candidates.add(candidate);
            }
        }
        return candidates;
    }

    private Candidate candidate(int column, RexNode condition) {
        if (!(condition instanceof RexCall call)) {
            return null;
        }
        return switch (call.getKind()) {
            case EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL, IS_NOT_DISTINCT_FROM ->
                comparison(column, call);
            case SEARCH -> search(column, call);
            case OR -> anyOf(column, call);
            case LIKE -> like(column, call);
            default -> null;
        };
    }

    private Candidate comparison(int column, RexCall call) {
        RexNode a = call.getOperands().get(0);
        RexNode b = call.getOperands().get(1);
        SqlKind kind = call.getKind();
        if (!isColumn(column, a)) {
            RexNode swap = a;
            a = b;
            b = swap;
            kind = kind.reverse();
        }
        if (!isColumn(column, a) || !isValue(column, b)) {
            return null;
        }
        Expr value = compiler.compile(b);
        Span span = switch (kind) {
            case EQUALS, IS_NOT_DISTINCT_FROM -> Span.point(value);
            case LESS_THAN -> new Span(null, false, value, false, false);
            case LESS_THAN_OR_EQUAL -> new Span(null, false, value, true, false);
            case GREATER_THAN -> new Span(value, false, null, false, false);
            case GREATER_THAN_OR_EQUAL -> new Span(value, true, null, false, false);
            default -> throw new AssertionError(kind);
        };
        boolean equality = span.low() == span.high();
        return new Candidate(call, List.of(span), equality, equality || isExact(column, b), text.of(call));
    }

    /** A bound on names is exact unless its text may have escapes; equality always is. */
    private boolean isExact(int column, RexNode value) {
        if (!isText(column)) {
            return true;
        }
        return value instanceof RexLiteral literal && ExprCompiler.value(literal) instanceof String s
                && s.indexOf('\\') < 0;
    }

    private Candidate search(int column, RexCall call) {
        if (!isColumn(column, call.getOperands().get(0))) {
            return null;
        }
        List<Span> spans = new ArrayList<>();
        boolean points = true;
        boolean exact = true;
        for (Conditions.Interval interval : Conditions.intervals(
                ((RexLiteral) call.getOperands().get(1)).getValueAs(Sarg.class))) {
            if (interval.isPoint()) {
                Object value = interval.low();
                spans.add(Span.point((_, _) -> value));
                continue;
            }
            points = false;
            Object low = interval.low();
            Object high = interval.high();
            exact &= !hasEscape(low) && !hasEscape(high);
            spans.add(new Span(low == null ? null : (_, _) -> low, interval.lowIncluded(),
                    high == null ? null : (_, _) -> high, interval.highIncluded(), false));
        }
        return new Candidate(call, spans, points, exact, text.of(call));
    }

    private static boolean hasEscape(Object bound) {
        return bound instanceof String s && s.indexOf('\\') >= 0;
    }

    /** column = a OR column = b OR ... with values known at run time. */
    private Candidate anyOf(int column, RexCall call) {
        List<Span> spans = new ArrayList<>();
        for (RexNode term : RelOptUtil.disjunctions(call)) {
            Candidate candidate = candidate(column, term);
            if (candidate == null || !candidate.points) {
                return null;
            }
            spans.addAll(candidate.spans);
        }
        return new Candidate(call, spans, true, true, text.of(call));
    }

    private Candidate like(int column, RexCall call) {
        if (!isColumn(column, call.getOperands().get(0)) || !isText(column) || column == 0) {
            return null;
        }
        SqlLikeOperator operator = (SqlLikeOperator) call.getOperator();
        boolean literal = call.getOperands().stream().skip(1)
                .allMatch(o -> o instanceof RexLiteral l && !l.isNull());
        if (operator.isNegated() || !operator.isCaseSensitive() || !literal) {
            return null;
        }
        String pattern = (String) ExprCompiler.value((RexLiteral) call.getOperands().get(1));
        String escape = call.getOperands().size() < 3
                ? null
                : (String) ExprCompiler.value((RexLiteral) call.getOperands().get(2));
        Like like = Like.of(pattern, escape, false);
        String prefix = like.prefix();
        int backslash = prefix.indexOf('\\');
        boolean plain = backslash < 0;
        String usable = plain ? prefix : prefix.substring(0, backslash);
        if (usable.isEmpty()) {
            return null;
        }
        if (like.isExact() && plain) {
            return new Candidate(call, List.of(Span.point((_, _) -> usable)), true, true, text.of(call));
        }
        return new Candidate(call, List.of(Span.beginsWith((_, _) -> usable)), false, plain && like.isPrefixOnly(),
                text.of(call));
    }

    private boolean isColumn(int column, RexNode node) {
        return node instanceof RexInputRef ref && ref.getIndex() == offset + column;
    }

    private boolean isText(int column) {
        return table.columns().get(column).type() == SqlTypeName.VARCHAR;
    }

    /** Whether it does not look at the table and has the family of the column. */
    private boolean isValue(int column, RexNode node) {
        boolean independent = RelOptUtil.InputFinder.bits(node).nextSetBit(offset) < 0;
        boolean family = isText(column)
                ? SqlTypeUtil.inCharFamily(node.getType())
                : SqlTypeUtil.isNumeric(node.getType());
        return independent && family;
    }
}
