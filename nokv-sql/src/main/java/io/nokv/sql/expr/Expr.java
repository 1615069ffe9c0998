package io.nokv.sql.expr;

/** A compiled expression. Immutable, thread-safe. */
@FunctionalInterface
public interface Expr {
    /** The value for {@code row}; null is SQL NULL. Throws SqlFailure of class 22 for values that do not fit. */
    Object eval(Object[] row, Frame frame);

    /** Whether a condition holds: NULL does not. */
    default boolean holds(Object[] row, Frame frame) {
        return Boolean.TRUE.equals(eval(row, frame));
    }
}
