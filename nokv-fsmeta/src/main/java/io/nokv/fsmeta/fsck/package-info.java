/**
 * The check of a whole namespace at one version: every row against every other that must agree with it, and all counters
 * against a recount. It shares no code with the executor but the record codecs, so that a mistake there does not hide
 * itself here. Start at {@link io.nokv.fsmeta.fsck.Fsck#check}, {@link io.nokv.fsmeta.fsck.Finding} and
 * {@link io.nokv.fsmeta.fsck.FsckReport}.
 *
 * <p>One pass over the rows in key order, a directory at a time, with batched reads of the rows they name. Memory: one bit
 * per directory, the recount of each quota scope, and the homes of hard-linked inodes. Not thread-safe; reads only.
 */
package io.nokv.fsmeta.fsck;
