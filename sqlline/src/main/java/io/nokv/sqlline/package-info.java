/**
 * The SQL shell: sqlline with our driver, prompt and places for its files; sqlline's own commands ({@code !tables},
 * {@code !outputformat}, ...) are all there. Start at {@link io.nokv.sqlline.Shell}.
 *
 * <p>
 * On a terminal it is interactive. Otherwise it runs statements and stops at the first that fails: rows go to standard
 * output, everything else to the error stream, so that the same script prints the same bytes against every database
 * with the same content. Times are shown in UTC. One shell at a time in a process.
 */
package io.nokv.sqlline;
