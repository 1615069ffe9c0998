/** Tests of the memtables against a sorted map, alone and beside a writer. */
package io.nokv.lsm.memtable;
