/**
 * The conformance kit of {@link io.nokv.fsmeta.txn.TxnRunner} and a reference store. A store proves itself with a class
 * that implements {@link io.nokv.fsmeta.txn.TxnRunnerConformance} and opens a {@link io.nokv.fsmeta.txn.StoreUnderTest};
 * {@link io.nokv.fsmeta.txn.ReferenceTxnRunner} is the simple store that is right by inspection.
 */
package io.nokv.fsmeta.txn;
