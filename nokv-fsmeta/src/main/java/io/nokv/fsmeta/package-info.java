/**
 * The namespace: {@link io.nokv.fsmeta.api} is what others see, {@link io.nokv.fsmeta.txn} the port to the store.
 */
package io.nokv.fsmeta;
