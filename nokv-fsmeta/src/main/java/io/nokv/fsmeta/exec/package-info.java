/**
 * The namespace over a transactional store. Start at {@link io.nokv.fsmeta.exec.NamespaceExecutor} (entry point),
 * {@link io.nokv.fsmeta.exec.NamespaceReads} (every read, over one version or one transaction) and
 * {@link io.nokv.fsmeta.exec.ChangeSet} (every change, buffered in one transaction; the primitives are the classes
 * named after their {@link io.nokv.fsmeta.api.Mutation}).
 *
 * <p>Invariants:
 * <ul>
 * <li>A change is one transaction. It checks the row of its mount, so retirement, quota changes and moves between quota
 * scopes make every change under way run again.
 * <li>What a change relies on is written, checked or added to in the same transaction: a directory that gets an entry
 * gets a delta (which needs its S row to exist), a directory that goes has its S row deleted (which conflicts with every
 * delta since), a directory that moves checks the I rows of its new ancestors (which every move puts).
 * <li>Creates in one directory only add to shared rows, so they do not conflict.
 * <li>A refusal is given at one version; a conflict is retried here, a bounded number of times.
 * </ul>
 *
 * <p>Threads: {@link io.nokv.fsmeta.exec.NamespaceExecutor} is thread-safe; a view or transaction belongs to one flow at
 * a time. Locks guard memory only and are never held across a read, a commit or any other wait.
 */
package io.nokv.fsmeta.exec;
