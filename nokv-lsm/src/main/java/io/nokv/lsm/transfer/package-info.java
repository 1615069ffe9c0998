/**
 * Whole stores and parts of them as files. Start at {@link io.nokv.lsm.transfer.Checkpoint}: an openable copy of a store in
 * another directory of the same file system.
 *
 * <pre>
 * checkpoint = CURRENT MANIFEST-* *.sst       (a store without a log: its tables hold every batch up to one sequence number)
 * </pre>
 *
 * <p>A directory is built under a name that ends in {@code .building} inside the store's own directory and appears under its
 * own name by one rename, after everything in it was synced: a crash leaves a whole one or none, and what is left of a
 * building is removed when the store is opened next.
 *
 * <p>Tables never change once written, so a second name for them (a hard link) is a copy that costs nothing; the bytes are
 * freed when the last name goes.
 *
 * <p>Threads: each call belongs to one flow; any number may run beside each other, and beside reads and writes.
 */
package io.nokv.lsm.transfer;
