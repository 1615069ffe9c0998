/**
 * The two file systems. {@link io.nokv.lsm.vfs.RealVfs} is a directory of this machine; {@link io.nokv.lsm.vfs.MemVfs}
 * lives in memory and models power loss exactly. This is the only package of the module that touches the operating
 * system and the only one that uses {@code java.lang.foreign}.
 *
 * <p>Why system calls and not {@code FileChannel}: a channel is closed, for every thread that shares it, when one
 * thread is interrupted inside a read. Callers of an embedded database are interrupted (statement timeouts do it), and
 * that must not take the log away from everybody else. {@code pread}, {@code pwrite} and {@code fdatasync} do not know
 * about interrupts.
 *
 * <p>Threads: both are thread-safe. A file closed while another thread is inside a call on it is closed for real when
 * that call returns, so a file descriptor is never reused under a reader.
 */
package io.nokv.lsm.vfs;
