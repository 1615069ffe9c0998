/**
 * The JDBC driver, for release 17 and without any other module of NoKV. Start at {@link io.nokv.jdbc.NokvDriver}.
 *
 * <p>
 * The JDBC objects extend Avatica's; {@code ClientMeta} turns their calls into Avatica requests and sends them through
 * a {@link io.nokv.jdbc.DatabaseLink}: over HTTP to a server, or straight into an embedded database that a
 * {@link io.nokv.jdbc.EmbeddedProvider} supplies. What it does better than the stock Avatica driver: settings of the
 * connection travel at once, a request whose answer was lost is sent again under the same id and is executed once,
 * cancel and time limits reach the server, a query with a small result is one round trip, keys and functions are
 * reported, errors are those subclasses of SQLException that JDBC assigns to their SQLSTATE.
 *
 * <p>
 * A connection may be used by several threads, which then take turns; cancel does not wait for its turn.
 */
package io.nokv.jdbc;
