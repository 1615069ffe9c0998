/** MVCC and Percolator transactions over regions. */
package io.nokv.kv;
