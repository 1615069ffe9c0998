/**
 * The narrow port to a transactional store: {@link io.nokv.fsmeta.txn.TxnRunner}. The namespace knows nothing else of
 * what lies below, so it could run over another store that passes the conformance kit (in the test sources of this
 * package). Isolation is snapshot isolation; {@link io.nokv.fsmeta.txn.Txn#check} closes write skew where it matters.
 */
package io.nokv.fsmeta.txn;
