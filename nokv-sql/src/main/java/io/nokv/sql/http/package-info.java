/**
 * Avatica's protocol over HTTP/1.1 on Netty. Start at {@link io.nokv.sql.http.AvaticaEndpoint}.
 *
 * <p>
 * A request is a POST whose body is an Avatica message: JSON when it starts with '{', protobuf otherwise, one endpoint
 * for both. Netty's event loops only move bytes; each request is served on a flow of the scheduler, which may wait.
 * Requests of one HTTP connection are answered one after the other, in order.
 *
 * <p>
 * Answers are 200, or 500 with an Avatica error message in the codec of the request; never 503, which the stock client
 * repeats without bound. The path of the URL names the mount that a connection uses when it names none. Beside Avatica,
 * our driver sends: {@code X-Nokv-Connection} and {@code X-Nokv-Request-Id} (the same id answers the first answer
 * again), {@code X-Nokv-Timeout-Millis}, {@code X-Nokv-Max-Rows}, and POST {@code /-/cancel} (connection id, line feed,
 * statement id). A request with an Origin header comes from a web page and is refused.
 *
 * <p>
 * Decoding trusts nothing: the signature that a client sends back with an execution is dropped unread, because it can
 * name Java classes.
 */
package io.nokv.sql.http;
