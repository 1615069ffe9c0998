/**
 * What everything else stands on: the ports through which the code meets the world ({@link io.nokv.base.port}),
 * the file-system port ({@link io.nokv.base.vfs}), order-preserving codecs ({@link io.nokv.base.codec}), the error
 * model ({@link io.nokv.base.error}) and the real implementations of the ports ({@link io.nokv.base.system}).
 *
 * <p>Kept small: a type belongs here only when at least two layers need it and it knows nothing of any of them.
 */
package io.nokv.base;
