/**
 * The file-system port. Start at {@link io.nokv.base.vfs.Vfs}; {@link io.nokv.base.vfs.VfsIo} has the loops that turn
 * short reads and writes into whole ones; what comes between a file system and its user extends
 * {@link io.nokv.base.vfs.ForwardingVfs}. Paths are relative to the root the implementation was made with, separated
 * by '/', without "." and "..".
 *
 * <p>Durability as POSIX has it: bytes are safe after {@link io.nokv.base.vfs.VfsFile#sync()}; a created, renamed or
 * deleted name is safe after {@link io.nokv.base.vfs.Vfs#syncDir} of its directory. A failed sync may have lost what
 * it covered: the caller stops using the file and never retries (fsyncgate).
 */
package io.nokv.base.vfs;
