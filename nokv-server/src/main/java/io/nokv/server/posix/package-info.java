/**
 * The few calls of the C library that {@code java.nio.file} has no exact form of: names as bytes (a JVM in the C locale
 * loses those that are not ASCII), all of {@code statx}, directories without a {@code Path} per entry, {@code isatty}.
 * Start at {@link io.nokv.server.posix.Posix}. The layouts are those of 64-bit Linux, equal on every architecture
 * ({@code struct statx} and {@code struct dirent64}); on another system {@link io.nokv.server.posix.Posix#open} says so.
 *
 * <p>A {@link io.nokv.server.posix.Posix} owns its buffers: one thread at a time. Failures of a call are {@link
 * io.nokv.server.posix.PosixException} with the errno, never a crash of the process.
 */
package io.nokv.server.posix;
