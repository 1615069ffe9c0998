/** The log by itself: torn tails, damage, recycled segments. */
package io.nokv.lsm.wal;
