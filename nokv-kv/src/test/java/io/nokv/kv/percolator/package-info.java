/** Tests. */
package io.nokv.kv.percolator;
