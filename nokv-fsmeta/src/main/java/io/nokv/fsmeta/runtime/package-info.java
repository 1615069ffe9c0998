/**
 * The namespace's store over our own transaction layer: {@link io.nokv.fsmeta.runtime.KvTxnRunner} implements
 * {@link io.nokv.fsmeta.txn.TxnRunner} with {@link io.nokv.kv.LocalKv}. The only package of this module that knows the
 * layers below. A transaction keeps its writes in a {@link io.nokv.fsmeta.runtime.WriteBuffer}, laid over what it reads.
 */
package io.nokv.fsmeta.runtime;
