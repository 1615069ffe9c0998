package io.nokv.sql.exec;

import io.nokv.sql.expr.Expr;
import java.util.List;

/**
 * Which part of a table to read: for each leading key column a union of spans; all but the last part are points, or
 * every mount. No parts: everything. The expressions see the row of the other side of a join, or none.
 */
public record KeyBounds(List<Part> parts) {
    public static final KeyBounds ALL = new KeyBounds(List.of());

    /** A union; no spans: nothing at all; null: every value, which only the mount may be. */
    public record Part(List<Span> spans) {
        public static final Part EVERY = new Part(null);

        boolean isPoints() {
            if (spans == null) {
                return false;
            }
            for (Span span : spans) {
                if (!span.isPoint()) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * An interval of one column; a null expression is an open end, a NULL value matches nothing.
     *
     * @param prefix the low bound is a text with which the values begin; high is not used
     */
    public record Span(Expr low, boolean lowIncluded, Expr high, boolean highIncluded, boolean prefix) {
        public static Span point(Expr value) {
            return new Span(value, true, value, true, false);
        }

        public static Span beginsWith(Expr prefix) {
            return new Span(prefix, true, null, false, true);
        }

        boolean isPoint() {
            return low != null && low == high && lowIncluded && highIncluded;
        }
    }

    /** Whether the first {@code columns} key columns are given as points. */
    public boolean isPoints(int columns) {
        return parts.size() >= columns && parts.stream().limit(columns).allMatch(Part::isPoints);
    }
}
