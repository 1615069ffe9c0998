/**
 * One open database: {@link io.nokv.server.database.Database} puts store, transactions, namespace and SQL on top of each
 * other, over a directory or in memory, by one code path, and closes them in the opposite order.
 *
 * <h2>The data directory</h2>
 *
 * <pre>
 *   nokv-data/           mode 0700; never a symlink, never writable by everybody
 *     nokv.format        "nokv 1": that this is a data directory, and its layout
 *     engine/            the store: log, tables, manifest, and the lock against a second process
 * </pre>
 *
 * A directory that has files but no {@code nokv.format} is not ours and is refused untouched. Within one process {@link
 * io.nokv.server.database.SharedDatabases} lets several users share one open database; other processes are refused by the
 * store's lock.
 */
package io.nokv.server.database;
