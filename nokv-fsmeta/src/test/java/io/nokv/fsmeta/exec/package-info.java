/**
 * Stories of the namespace executor. {@link io.nokv.fsmeta.exec.NamespaceUnderTest} opens a namespace over a store;
 * {@link io.nokv.fsmeta.exec.ModelFs} is a plain file system in memory that applies the same mutations.
 */
package io.nokv.fsmeta.exec;
