/**
 * The transactional client: finds the region of each key, tries again when regions have moved, gets locks of dead
 * transactions out of the way, and commits in one phase or two. Start at {@link io.nokv.kv.client.Committer} and
 * {@link io.nokv.kv.client.SnapshotReader}.
 *
 * <p>Retries are bounded and jittered, and only of steps that may be repeated. An outcome that cannot be known is
 * UNKNOWN_OUTCOME and nothing tries it again.
 */
package io.nokv.kv.client;
