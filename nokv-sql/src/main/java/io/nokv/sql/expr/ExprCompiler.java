package io.nokv.sql.expr;

import static io.nokv.sql.expr.Arithmetic.strict;

import io.nokv.sql.error.SqlState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.Sarg;

/** Compiles expressions of the planner into closures. Used by one thread, at planning time. */
public final class ExprCompiler {
    private final IntUnaryOperator positionOf;
    private final Map<CorrelationId, Integer> outerSlots;

    /**
     * @param positionOf where in a row the i-th input field is
     * @param outerSlots slots of the correlation variables in scope
     */
    public ExprCompiler(IntUnaryOperator positionOf, Map<CorrelationId, Integer> outerSlots) {
        this.positionOf = positionOf;
        this.outerSlots = outerSlots;
    }

    /** For expressions over rows as they are, without outer queries. */
    public static ExprCompiler plain() {
        return new ExprCompiler(i -> i, Map.of());
    }

    /** 0A000 when something in it is not supported, by name. */
    public Expr compile(RexNode node) {
        return switch (node) {
            case RexInputRef ref -> {
                int position = positionOf.applyAsInt(ref.getIndex());
                yield (row, _) -> row[position];
            }
            case RexLiteral literal -> {
                Object value = value(literal);
                yield (_, _) -> value;
            }
            case RexDynamicParam parameter -> {
                int index = parameter.getIndex();
                yield (_, frame) -> frame.parameter(index);
            }
            case RexFieldAccess access when access.getReferenceExpr() instanceof RexCorrelVariable variable -> {
                Integer slot = outerSlots.get(variable.id);
                if (slot == null) {
                    throw SqlState.NOT_SUPPORTED.failure("a correlated subquery of this shape is not supported");
                }
                int field = access.getField().getIndex();
                yield (_, frame) -> frame.outer(slot)[field];
            }
            case RexCall call -> call(call);
            default -> throw SqlState.NOT_SUPPORTED.failure("expression is not supported: " + node.getKind().sql);
        };
    }

    public List<Expr> compileAll(List<? extends RexNode> nodes) {
        List<Expr> compiled = new ArrayList<>(nodes.size());
        for (RexNode node : nodes) {
            compiled.add(compile(node));
        }
        return compiled;
    }

    /** The value of a literal in this package's representation. */
    public static Object value(RexLiteral literal) {
        if (literal.isNull()) {
            return null;
        }
        RelDataType type = literal.getType();
        if (SqlTypeUtil.isInterval(type)) {
            return literal.getValueAs(BigDecimal.class).longValue();
        }
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> literal.getValueAs(Boolean.class);
            case TINYINT, SMALLINT, INTEGER -> literal.getValueAs(Integer.class);
            case BIGINT -> literal.getValueAs(Long.class);
            case DECIMAL -> literal.getValueAs(BigDecimal.class);
            case FLOAT, REAL, DOUBLE -> literal.getValueAs(Double.class);
            case CHAR, VARCHAR -> literal.getValueAs(String.class);
            case BINARY, VARBINARY -> literal.getValueAs(byte[].class);
            case DATE, TIME -> literal.getValueAs(Integer.class);
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> literal.getValueAs(Long.class);
            case SYMBOL -> literal.getValue();
            default -> throw SqlState.NOT_SUPPORTED.failure("literal of type " + type + " is not supported");
        };
    }

    private Expr call(RexCall call) {
        List<RexNode> o = call.getOperands();
        return switch (call.getKind()) {
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                Conditions.comparison(call.getKind(), compile(o.get(0)), compile(o.get(1)));
            case IS_DISTINCT_FROM -> distinct(compile(o.get(0)), compile(o.get(1)), true);
            case IS_NOT_DISTINCT_FROM -> distinct(compile(o.get(0)), compile(o.get(1)), false);
            case AND -> Conditions.and(compileAll(o).toArray(Expr[]::new));
            case OR -> Conditions.or(compileAll(o).toArray(Expr[]::new));
            case NOT -> strict(compile(o.get(0)), x -> !(Boolean) x);
            case IS_NULL, IS_UNKNOWN -> test(compile(o.get(0)), x -> x == null);
            case IS_NOT_NULL -> test(compile(o.get(0)), x -> x != null);
            case IS_TRUE -> test(compile(o.get(0)), x -> Boolean.TRUE.equals(x));
            case IS_NOT_TRUE -> test(compile(o.get(0)), x -> !Boolean.TRUE.equals(x));
            case IS_FALSE -> test(compile(o.get(0)), x -> Boolean.FALSE.equals(x));
            case IS_NOT_FALSE -> test(compile(o.get(0)), x -> !Boolean.FALSE.equals(x));
            case SEARCH -> Conditions.search(compile(o.get(0)), ((RexLiteral) o.get(1)).getValueAs(Sarg.class));
            case LIKE -> like(call);
            case CASE -> Conditions.choose(compileAll(o).toArray(Expr[]::new));
            case COALESCE -> Conditions.firstNonNull(compileAll(o).toArray(Expr[]::new));
            case GREATEST, LEAST -> Conditions.extreme(compileAll(o).toArray(Expr[]::new),
                    call.getKind() == SqlKind.GREATEST);
            case CAST, SAFE_CAST -> cast(call);
            case REINTERPRET -> compile(o.get(0));
            case PLUS, MINUS, TIMES, DIVIDE, MOD -> arithmetic(call);
            case MINUS_PREFIX -> Arithmetic.negate(call.getType(), compile(o.get(0)));
            case PLUS_PREFIX -> compile(o.get(0));
            case EXTRACT -> {
                TimeUnitRange unit = (TimeUnitRange) value((RexLiteral) o.get(0));
                RelDataType type = o.get(1).getType();
                yield strict(compile(o.get(1)), x -> DateTimes.extract(unit, type, x));
            }
            case FLOOR, CEIL -> round(call);
            case TRIM -> {
                SqlTrimFunction.Flag flag = (SqlTrimFunction.Flag) value((RexLiteral) o.get(0));
                yield strict(compile(o.get(1)), compile(o.get(2)), (seed, text) -> Texts.trim((String) text,
                        (String) seed, flag.getLeft() == 1, flag.getRight() == 1));
            }
            default -> function(call);
        };
    }

    private Expr function(RexCall call) {
        String name = call.getOperator().getName().toUpperCase(java.util.Locale.ROOT);
        RelDataType type = call.getType();
        switch (name) {
            case "CURRENT_TIMESTAMP", "LOCALTIMESTAMP" -> {
                return (_, frame) -> frame.nowMillis();
            }
            case "CURRENT_DATE" -> {
                return (_, frame) -> (int) Math.floorDiv(frame.nowMillis(), 86_400_000L);
            }
            case "CURRENT_TIME", "LOCALTIME" -> {
                return (_, frame) -> (int) Math.floorMod(frame.nowMillis(), 86_400_000L);
            }
            case "USER", "CURRENT_USER", "SESSION_USER" -> {
                return (_, frame) -> frame.user();
            }
            case "CURRENT_CATALOG" -> {
                return (_, frame) -> frame.mount();
            }
            case "CURRENT_SCHEMA" -> {
                return (_, _) -> io.nokv.sql.catalog.Catalog.SCHEMA;
            }
            default -> {
            }
        }
        ScalarFunctions.Maker maker = ScalarFunctions.find(name);
        if (maker == null) {
            throw SqlState.NOT_SUPPORTED.failure("function " + name + " is not supported");
        }
        return maker.make(type, compileAll(call.getOperands()).toArray(Expr[]::new));
    }

    private Expr arithmetic(RexCall call) {
        RexNode first = call.getOperands().get(0);
        RexNode second = call.getOperands().get(1);
        Expr a = compile(first);
        Expr b = compile(second);
        boolean aTime = SqlTypeUtil.isDatetime(first.getType());
        boolean bTime = SqlTypeUtil.isDatetime(second.getType());
        if (aTime && bTime) {
            boolean months = isMonths(call.getType());
            return strict(a, b, (x, y) -> DateTimes.between(first.getType(), x, second.getType(), y, months));
        }
        if (aTime) {
            boolean months = isMonths(second.getType());
            long sign = call.getKind() == SqlKind.MINUS ? -1 : 1;
            return strict(a, b, (x, y) -> DateTimes.plus(first.getType(), x, months, sign * ((Number) y).longValue()));
        }
        if (bTime) {
            boolean months = isMonths(first.getType());
            return strict(a, b, (x, y) -> DateTimes.plus(second.getType(), y, months, ((Number) x).longValue()));
        }
        return Arithmetic.binary(call.getKind(), call.getType(), a, b);
    }

    private static boolean isMonths(RelDataType type) {
        return SqlTypeName.YEAR_INTERVAL_TYPES.contains(type.getSqlTypeName());
    }

    private Expr cast(RexCall call) {
        RexNode operand = call.getOperands().get(0);
        Casts.Cast cast = Casts.of(operand.getType(), call.getType());
        return strict(compile(operand), cast::of);
    }

    private Expr like(RexCall call) {
        List<RexNode> o = call.getOperands();
        SqlLikeOperator operator = (SqlLikeOperator) call.getOperator();
        boolean ignoreCase = !operator.isCaseSensitive();
        boolean negated = operator.isNegated();
        Expr text = compile(o.get(0));
        boolean constant = o.get(1) instanceof RexLiteral && (o.size() == 2 || o.get(2) instanceof RexLiteral);
        if (constant) {
            String pattern = (String) value((RexLiteral) o.get(1));
            String escape = o.size() == 2 ? null : (String) value((RexLiteral) o.get(2));
            if (pattern == null || o.size() == 3 && escape == null) {
                return (_, _) -> null;
            }
            Like like = Like.of(pattern, escape, ignoreCase);
            return strict(text, x -> like.matches((String) x) != negated);
        }
        Expr[] all = o.size() == 2
                ? new Expr[]{text, compile(o.get(1))}
                : new Expr[]{text, compile(o.get(1)), compile(o.get(2))};
        return strict(all, v -> Like.of((String) v[1], v.length > 2 ? (String) v[2] : null, ignoreCase)
                .matches((String) v[0]) != negated);
    }

    private Expr round(RexCall call) {
        RexNode operand = call.getOperands().get(0);
        boolean up = call.getKind() == SqlKind.CEIL;
        if (call.getOperands().size() == 2) {
            TimeUnitRange unit = (TimeUnitRange) value((RexLiteral) call.getOperands().get(1));
            return strict(compile(operand), x -> DateTimes.round(up, unit, operand.getType(), x));
        }
        return strict(compile(operand), x -> switch (x) {
            case Double d -> up ? Math.ceil(d) : Math.floor(d);
            case BigDecimal d -> d.setScale(0, up ? java.math.RoundingMode.CEILING : java.math.RoundingMode.FLOOR);
            default -> x;
        });
    }

    private static Expr distinct(Expr a, Expr b, boolean whenDistinct) {
        return (row, frame) -> Values.same(a.eval(row, frame), b.eval(row, frame)) != whenDistinct;
    }

    private interface Test {
        boolean of(Object value);
    }

    private static Expr test(Expr a, Test test) {
        return (row, frame) -> test.of(a.eval(row, frame));
    }
}
