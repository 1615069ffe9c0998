/**
 * The leader's side: judges requests on the regions of one engine and appends what comes out.
 * {@link io.nokv.kv.store.KvStore} takes the requests; {@link io.nokv.kv.store.LatchTable} holds keys still while they
 * are judged; {@link io.nokv.kv.store.CommitSequencer} gives commits their timestamps and says up to which version
 * everything is durable.
 *
 * <p>A write goes: latches, judge, append (which makes it visible to later evaluations), release the latches, wait for
 * the disk, answer. Latches are released before the disk is waited for, so writers of one hot key share group commits;
 * that is safe because the engine has one log, in which a later write is durable only with the earlier ones.
 *
 * <p>Invariants: commits of single regions lie in the log in timestamp order; a read version is handed out only when
 * every commit at or below it is durable or was given up, and no later commit will be at or below it; locks appear in
 * {@link io.nokv.kv.store.LockIndex} before readers can see what they cover and go after. Locks of the JVM guard memory
 * only; everything else waits on promises.
 */
package io.nokv.kv.store;
