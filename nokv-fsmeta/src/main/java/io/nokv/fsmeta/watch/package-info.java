/**
 * The change feed of directories, in memory and for the life of the process. Changes leave their events as the annotation
 * of their transaction ({@link io.nokv.fsmeta.watch.FeedEvents}); {@link io.nokv.fsmeta.watch.ChangeFeed} hears of every
 * commit in version order, keeps the last ones in a bounded ring, and hands the events of a directory to those who watch
 * it ({@link io.nokv.fsmeta.watch.Subscription}).
 *
 * <p>Every event has a cursor: one more than the event before it, whatever directory that was of. The first cursor of a
 * process is made from the store's version when it opened, so cursors of an earlier process are recognised as gone.
 *
 * <p>What is an event: an entry came, went, moved or got other attributes; an attribute of the directory itself was set;
 * the directory itself was removed. A change of a hard-linked inode is an event of each of its entries, the first 256 by
 * parent and name. That mtime and ctime of a directory move because entries came or went is none.
 *
 * <p>Threads: commits arrive on one flow at a time; subscriptions are read by one reader each. Locks guard memory only.
 */
package io.nokv.fsmeta.watch;
