/**
 * Rewriting: memtables into tables, tables into lower levels. Start at {@link io.nokv.lsm.compact.LevelPicker} (what to
 * rewrite), {@link io.nokv.lsm.compact.MergeJob} (rewrite it) and {@link io.nokv.lsm.compact.EntrySieve} (what of it
 * stays).
 *
 * <p>Leveled compaction as in LevelDB and RocksDB, with dynamic level targets: the lowest level holds most of the data and
 * sets the targets of those above it, so that level 0 is merged straight into the first level that is worth having. What is left
 * in level 0 goes down too when a store is left alone.
 *
 * <p>Deletions of ranges ({@link io.nokv.lsm.compact.DeletionSieve}) are cut where the tables of the output are cut. What they
 * cover within a stripe between two snapshots is dropped, tables that they cover as a whole are not read, and they go
 * themselves once nothing below the output lies in their range.
 *
 * <p>Jobs run beside each other ({@link io.nokv.lsm.compact.RunningJobs}): they share no table, and on no level that both touch do
 * their key ranges meet. Out of level 0 a table goes down only with all older ones beneath it
 * ({@link io.nokv.lsm.compact.LevelZeroPicker}). A manual compaction sweeps level after level in steps of a few tables
 * ({@link io.nokv.lsm.compact.ManualCompaction}), so that it ends under any load.
 *
 * <p>A job reads immutable input and writes new files; it changes nothing else, so it runs on any core, in steps one after
 * the other, and is thrown away by not installing its result.
 */
package io.nokv.lsm.compact;
