/**
 * The engine behind {@link io.nokv.sql.api}: {@link io.nokv.sql.engine.NokvSqlEngine} with its plan cache, sessions with
 * their transactions, results that stream. Sessions are independent; plans are shared. A session is used by one thread at
 * a time; cancel comes from any thread. Time and waiting come from the ports.
 */
package io.nokv.sql.engine;
