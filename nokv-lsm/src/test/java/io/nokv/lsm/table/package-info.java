/** Tests of tables from the inside: blocks and what is found in them. */
package io.nokv.lsm.table;
