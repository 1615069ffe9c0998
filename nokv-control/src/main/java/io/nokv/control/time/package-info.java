/**
 * Hybrid time. {@link io.nokv.control.time.Timestamp} is milliseconds and a logical counter in one number;
 * {@link io.nokv.control.time.TimestampOracle} hands out strictly increasing ones, across crashes and clock steps.
 */
package io.nokv.control.time;
