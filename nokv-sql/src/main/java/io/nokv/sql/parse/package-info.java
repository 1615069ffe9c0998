/**
 * From text to a validated tree: {@link io.nokv.sql.parse.StatementText} (limits, one statement, control statements),
 * {@link io.nokv.sql.parse.SqlGrammar} (Calcite's parser and validator with our settings),
 * {@link io.nokv.sql.parse.TreeRewriter} (calls of table functions, balanced conditions) and
 * {@link io.nokv.sql.parse.ChangeRewriter} (INSERT, UPDATE and DELETE as a query of what to change, plus what to do).
 * Stateless; safe for many threads.
 */
package io.nokv.sql.parse;
