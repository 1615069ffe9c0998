/**
 * The ways into a database, side by side: embedded, our driver, the stock Avatica driver with both of its codecs, the shell.
 * Each {@link io.nokv.server.ways.Way} opens a real database of its own, planted alike, and whatever is asked through one
 * must come back the same through all: script, JDBC calls, shell. The script with its answers is {@code ways/same.iq} in the
 * test resources.
 */
package io.nokv.server.ways;
