/**
 * Physical operators: pull {@link io.nokv.sql.exec.Cursor}s over rows of values. An
 * {@link io.nokv.sql.exec.Operator} is an immutable part of a cached plan and is opened once per execution with the
 * {@link io.nokv.sql.exec.Execution}, which holds the parameters, the view of the namespace, the memory budget and the
 * cancel flag. Access to storage is a value ({@link io.nokv.sql.exec.KeyBounds}); {@link io.nokv.sql.exec.TableScan}
 * and {@link io.nokv.sql.exec.LookupJoin} turn it into calls of the namespace. Operators that keep rows charge them to
 * the budget. One thread per execution; cancel comes from any thread.
 */
package io.nokv.sql.exec;
