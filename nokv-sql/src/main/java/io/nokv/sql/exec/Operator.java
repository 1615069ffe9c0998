package io.nokv.sql.exec;

/** A physical operator with its inputs. Immutable, shared by all executions of a plan. */
@FunctionalInterface
public interface Operator {
    /** Begins; reads no more than it must before the first {@link Cursor#next}. */
    Cursor open(Execution execution);
}
