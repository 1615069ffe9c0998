/** The ordered, durable, crash-safe local store. Start at {@link io.nokv.lsm.Engine}. It knows bytes and order; it never learns that a region, a timestamp or a namespace exists. */
package io.nokv.lsm;
