/**
 * Avatica's {@code Meta} over {@link io.nokv.sql.api.SqlEngine}: what every Avatica client, stock or ours, remote or
 * embedded, talks to. Start at {@link io.nokv.sql.avatica.NokvMeta}.
 *
 * <p>
 * A client connection is one {@code SqlSession}. Calls on one connection take turns in order of arrival (waiting at a
 * promise, never under a lock); calls on different connections run at the same time; only cancel passes the queue.
 * What a request says beside the protocol (principal, time limit, row limit, mount) is the
 * {@link io.nokv.sql.avatica.RequestContext} of the calling flow.
 *
 * <p>
 * Invariants: a connection answers only to the principal that opened it; an error has a SQLSTATE other than 00000 and
 * no stack trace; rows leave in frames of bounded size; a cursor ends with its statement, and statements end with their
 * connection; a connection that was closed for idleness says so afterwards.
 */
package io.nokv.sql.avatica;
