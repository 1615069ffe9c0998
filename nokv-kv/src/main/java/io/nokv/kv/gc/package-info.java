/**
 * Garbage collection of versions. {@link io.nokv.kv.gc.SafePoint} is the version below which history may be gone;
 * {@link io.nokv.kv.gc.VersionFilter} drops superseded versions while compactions rewrite them;
 * {@link io.nokv.kv.gc.GarbageSweeper} removes what a compaction cannot judge alone: deletions and long values.
 *
 * <p>Invariants: the safe point only grows and is durable before anything is dropped by it; it is at or below every
 * retained version, open transaction and lock; of each key the newest version at or below it stays, unless that is a
 * deletion with nothing older left.
 */
package io.nokv.kv.gc;
