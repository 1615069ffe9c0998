/**
 * The error model. Three kinds of "no": an expected answer (conflict, not found) is a result type of the layer that
 * gives it; a failure is a {@link io.nokv.base.error.NokvException} with a {@link io.nokv.base.error.FailureCode}; a
 * bug is an {@link io.nokv.base.error.Invariant}.
 */
package io.nokv.base.error;
