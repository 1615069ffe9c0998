/**
 * Expressions as trees of closures: no generated code, no reflection at run time. {@link io.nokv.sql.expr.ExprCompiler}
 * turns a Calcite expression into an {@link io.nokv.sql.expr.Expr} once; evaluation takes a row and a
 * {@link io.nokv.sql.expr.Frame}. Values have the Java classes that {@link io.nokv.sql.api.Column.Type} names; SQL NULL
 * is null; intervals are Longs (milliseconds or months). Text compares in the order of
 * {@link io.nokv.sql.expr.TextOrder}, which is the byte order of names. Expressions are immutable and thread-safe.
 */
package io.nokv.sql.expr;
