/**
 * How SQL says no. {@link io.nokv.sql.error.SqlState} lists every SQLSTATE this engine answers with;
 * {@link io.nokv.sql.error.SqlErrors} is the one place that turns failures of the parser, the validator, the namespace
 * and the store into a {@link io.nokv.sql.api.SqlFailure}. Messages name the offending thing and carry neither class
 * names nor stack text. Stateless.
 */
package io.nokv.sql.error;
