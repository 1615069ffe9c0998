/**
 * Deletions of whole ranges. Start at {@link io.nokv.lsm.range.RangeDeletions} (deletions of one family, cut into fragments
 * that do not overlap), {@link io.nokv.lsm.range.Cover} (what several sources delete, asked key after key) and
 * {@link io.nokv.lsm.range.CoveredCursor} (skips what a source has below a deletion).
 *
 * <pre>
 *   deletions      [a ---------- 9 ---------- m)
 *                         [f ---------- 5 ----------- t)
 *   fragments      [a 9 f)[f ---- 9, 5 ---- m)[m  5  t)          cut at all bounds: the newest number decides, older ones
 *                                                                count for snapshots only
 * </pre>
 *
 * <p>Invariants: a deletion with sequence number s covers the entries of its keys with numbers below s, and none of its own
 * batch: what a batch put into the range before is taken out of the batch. Sources are searched from new to old, so a deletion found in one
 * settles all older ones. A table keeps only the part of a deletion that lies within the keys it was cut for, so that, of a key, deletions in a higher
 * level are newer than entries in a lower one, as entries are. A rewrite drops what is covered within a stripe between two
 * snapshots, and a deletion once nothing below its output can be covered by it.
 *
 * <p>Threads: fragments are immutable; a cover and its cursors belong to one flow.
 */
package io.nokv.lsm.range;
