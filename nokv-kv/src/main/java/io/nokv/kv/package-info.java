/**
 * Transactions over regions: multi-version concurrency control and Percolator. Start at {@link io.nokv.kv.LocalKv},
 * which puts the layer together over one local engine; then {@link io.nokv.kv.client.Committer} (how a transaction
 * commits), {@link io.nokv.kv.store.KvStore} (what a region's leader does) and {@link io.nokv.kv.percolator.Mutation}.
 *
 * <p>Isolation is snapshot isolation; {@code Check} closes write skew where it is asked for. Versions are hybrid
 * timestamps. Nothing here knows an inode.
 */
package io.nokv.kv;
