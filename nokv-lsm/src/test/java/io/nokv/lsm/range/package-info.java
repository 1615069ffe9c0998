/** Tests of deletions of ranges by themselves. */
package io.nokv.lsm.range;
