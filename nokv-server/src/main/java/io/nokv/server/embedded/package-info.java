/**
 * {@code jdbc:nokv:file:DIR} and {@code jdbc:nokv:mem:NAME}: the driver finds {@link
 * io.nokv.server.embedded.EmbeddedDatabases} by ServiceLoader. A connection talks to the same {@code NokvMeta} that serves
 * remote ones, without a codec in between, so both answer alike. All connections to one database in one process share it.
 */
package io.nokv.server.embedded;
