/**
 * The newest entries, in memory, in order. Start at {@link io.nokv.lsm.memtable.Memtable}. A small filter
 * over the heads of its keys keeps point reads for older rows out of it. One writer at a time (the
 * engine's write lock), any number of readers without locks.
 */
package io.nokv.lsm.memtable;
