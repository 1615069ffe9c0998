/**
 * The transaction protocol, one file per primitive. Each is a pure function from a request and the latest state of its
 * keys ({@link io.nokv.kv.percolator.KeyState}) to an {@link io.nokv.kv.percolator.Evaluation}: what to write and how it
 * ended. Somebody else holds the keys still, appends the writes and waits for the disk.
 *
 * <p>After Percolator (Peng and Dabek, OSDI 2010) with the refinements of TiKV: short values in the lock and write
 * records, one-phase commit when all keys lie in one region, lock lifetimes instead of a lock service, and a minimum
 * commit timestamp that readers push instead of waiting.
 *
 * <p>Rules that every primitive keeps: a request is judged as a whole before anything is written; asking again gives
 * the same answer; the state of the primary key decides; a rollback leaves evidence so that a late prewrite is refused;
 * evidence is never a version. Start at {@link io.nokv.kv.percolator.Mutation},
 * {@link io.nokv.kv.percolator.OnePhaseCommit} and {@link io.nokv.kv.percolator.Prewrite}.
 */
package io.nokv.kv.percolator;
