package io.nokv.sql.expr;

import static io.nokv.sql.expr.Arithmetic.strict;

import io.nokv.sql.error.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** The functions by name. What is not here is not supported. */
final class ScalarFunctions {
    /** Makes the closure of one call. */
    interface Maker {
        Expr make(RelDataType type, Expr[] arguments);
    }

    private static final Map<String, Maker> BY_NAME = new HashMap<>();

    private ScalarFunctions() {}

    /** Null when there is none. */
    static Maker find(String name) {
        return BY_NAME.get(name.toUpperCase(Locale.ROOT));
    }

    static {
        numbers();
        text();
        namespace();
    }

    private static void numbers() {
        put("ABS", (type, a) -> strict(a[0], x -> switch (x) {
            case Double d -> Math.abs(d);
            case BigDecimal d -> d.abs();
            default -> Arithmetic.fit(type, absExact(((Number) x).longValue()));
        }));
        put("SIGN", (type, a) -> strict(a[0], x -> switch (x) {
            case Double d -> Math.signum(d);
            case BigDecimal d -> BigDecimal.valueOf(d.signum());
            default -> Arithmetic.fit(type, Long.signum(((Number) x).longValue()));
        }));
        put("ROUND", (type, a) -> rounding(type, a, RoundingMode.HALF_UP));
        put("TRUNCATE", (type, a) -> rounding(type, a, RoundingMode.DOWN));
        put("POWER", (_, a) -> strict(a[0], a[1], (x, y) -> finite("POWER", Math.pow(dbl(x), dbl(y)))));
        put("ATAN2", (_, a) -> strict(a[0], a[1], (x, y) -> Math.atan2(dbl(x), dbl(y))));
        put("PI", (_, _) -> (_, _) -> Math.PI);
        unary("SQRT", Math::sqrt);
        unary("CBRT", Math::cbrt);
        unary("LN", Math::log);
        unary("LOG10", Math::log10);
        unary("EXP", Math::exp);
        unary("SIN", Math::sin);
        unary("COS", Math::cos);
        unary("TAN", Math::tan);
        unary("COT", d -> 1 / Math.tan(d));
        unary("ASIN", Math::asin);
        unary("ACOS", Math::acos);
        unary("ATAN", Math::atan);
        unary("DEGREES", Math::toDegrees);
        unary("RADIANS", Math::toRadians);
        put("BITAND", (type, a) -> strict(a[0], a[1], (x, y) -> Arithmetic.fit(type, lng(x) & lng(y))));
        put("BITOR", (type, a) -> strict(a[0], a[1], (x, y) -> Arithmetic.fit(type, lng(x) | lng(y))));
        put("BITXOR", (type, a) -> strict(a[0], a[1], (x, y) -> Arithmetic.fit(type, lng(x) ^ lng(y))));
        put("BITNOT", (type, a) -> strict(a[0], x -> Arithmetic.fit(type, ~lng(x))));
        put("BITCOUNT", (type, a) -> strict(a[0], x -> Arithmetic.fit(type, Long.bitCount(lng(x)))));
        BY_NAME.put("&", BY_NAME.get("BITAND"));
        BY_NAME.put("^", BY_NAME.get("BITXOR"));
    }

    private static void text() {
        put("UPPER", (_, a) -> strict(a[0], x -> ((String) x).toUpperCase(Locale.ROOT)));
        put("LOWER", (_, a) -> strict(a[0], x -> ((String) x).toLowerCase(Locale.ROOT)));
        put("INITCAP", (_, a) -> strict(a[0], x -> initCap((String) x)));
        put("CHAR_LENGTH", (_, a) -> strict(a[0], x -> ((String) x).codePointCount(0, ((String) x).length())));
        for (String alias : new String[]{"CHARACTER_LENGTH", "LENGTH"}) {
            BY_NAME.put(alias, BY_NAME.get("CHAR_LENGTH"));
        }
        put("OCTET_LENGTH", (_, a) -> strict(a[0], x -> x instanceof byte[] bytes
                ? bytes.length
                : ((String) x).getBytes(StandardCharsets.UTF_8).length));
        put("ASCII", (_, a) -> strict(a[0], x -> ((String) x).isEmpty() ? 0 : ((String) x).codePointAt(0)));
        put("||", (_, a) -> strict(a, ScalarFunctions::concat));
        put("CONCAT", (_, a) -> strict(a, ScalarFunctions::concat));
        put("REPLACE", (_, a) -> strict(a, v -> ((String) v[1]).isEmpty()
                ? v[0]
                : bounded(((String) v[0]).replace((String) v[1], (String) v[2]))));
        put("REVERSE", (_, a) -> strict(a[0], x -> new StringBuilder((String) x).reverse().toString()));
        put("REPEAT", (_, a) -> strict(a[0], a[1], (x, n) -> repeat((String) x, lng(n))));
        put("SUBSTRING", (_, a) -> strict(a, v -> v.length == 2
                ? Texts.substring(v[0], lng(v[1]), Long.MAX_VALUE)
                : Texts.substring(v[0], lng(v[1]), lng(v[2]))));
        BY_NAME.put("SUBSTR", BY_NAME.get("SUBSTRING"));
        put("OVERLAY", (_, a) -> strict(a, Texts::overlay));
        put("LEFT", (_, a) -> strict(a[0], a[1], (x, n) -> Texts.substring(x, 1, Math.max(0, lng(n)))));
        put("RIGHT", (_, a) -> strict(a[0], a[1], (x, n) -> Texts.right((String) x, lng(n))));
        put("STARTS_WITH", (_, a) -> strict(a[0], a[1], (x, y) -> ((String) x).startsWith((String) y)));
        put("ENDS_WITH", (_, a) -> strict(a[0], a[1], (x, y) -> ((String) x).endsWith((String) y)));
        put("SPLIT_PART", (_, a) -> strict(a, v -> Texts.splitPart((String) v[0], (String) v[1], lng(v[2]))));
        put("LTRIM", (_, a) -> strict(a[0], x -> Texts.trim((String) x, " ", true, false)));
        put("RTRIM", (_, a) -> strict(a[0], x -> Texts.trim((String) x, " ", false, true)));
        put("POSITION", (_, a) -> strict(a, v -> Texts.position((String) v[0], (String) v[1],
                v.length > 2 ? lng(v[2]) : 1)));
    }

    private static void namespace() {
        put("NOKV_TEXT", (_, a) -> a[0]);
        put("PATH_OF", (_, a) -> (row, frame) -> {
            Object mount = a[0].eval(row, frame);
            Object inode = a[1].eval(row, frame);
            return mount == null || inode == null ? null : frame.pathOf((String) mount, lng(inode));
        });
        put("INODE_OF", (_, a) -> (row, frame) -> {
            Object path = a[0].eval(row, frame);
            return path == null ? null : frame.inodeOf((String) path);
        });
    }

    private static void put(String name, Maker maker) {
        BY_NAME.put(name, maker);
    }

    private static void unary(String name, DoubleUnaryOperator f) {
        put(name, (_, a) -> strict(a[0], x -> finite(name, f.applyAsDouble(dbl(x)))));
    }

    private static Double finite(String name, double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("argument of " + name + " out of range");
        }
        return value;
    }

    private static Expr rounding(RelDataType type, Expr[] a, RoundingMode mode) {
        Expr digits = a.length > 1 ? a[1] : (_, _) -> 0;
        return strict(a[0], digits, (x, n) -> {
            int scale = Math.clamp(lng(n), -400, 400);
            if (x instanceof Double d) {
                return Double.isNaN(d) || Double.isInfinite(d)
                        ? d
                        : (Double) BigDecimal.valueOf(d).setScale(scale, mode).doubleValue();
            }
            BigDecimal rounded = Values.decimal((Number) x).setScale(scale, mode);
            return SqlTypeUtil.isIntType(type) ? Arithmetic.fit(type, Arithmetic.toLong(rounded)) : rounded;
        });
    }

    private static String initCap(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean start = true;
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            out.appendCodePoint(start ? Character.toTitleCase(c) : Character.toLowerCase(c));
            start = !Character.isLetterOrDigit(c);
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static Object concat(Object[] values) {
        if (values[0] instanceof byte[]) {
            java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
            for (Object value : values) {
                out.writeBytes((byte[]) value);
            }
            return out.toByteArray();
        }
        StringBuilder out = new StringBuilder();
        for (Object value : values) {
            out.append((String) value);
        }
        return bounded(out.toString());
    }

    private static String repeat(String text, long times) {
        if (times <= 0 || text.isEmpty()) {
            return "";
        }
        if (times > Texts.MAX_CHARS / text.length()) {
            throw Texts.tooLong();
        }
        return text.repeat((int) times);
    }

    private static String bounded(String text) {
        if (text.length() > Texts.MAX_CHARS) {
            throw Texts.tooLong();
        }
        return text;
    }

    private static long absExact(long value) {
        if (value == Long.MIN_VALUE) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure("the result of ABS does not fit into BIGINT");
        }
        return Math.abs(value);
    }

    private static double dbl(Object x) {
        return ((Number) x).doubleValue();
    }

    private static long lng(Object x) {
        return x instanceof BigDecimal d
                ? Arithmetic.toLong(d.setScale(0, RoundingMode.DOWN))
                : ((Number) x).longValue();
    }
}
