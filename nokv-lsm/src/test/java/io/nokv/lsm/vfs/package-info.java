/** One conformance suite for every file system, and what only the one in memory can show. */
package io.nokv.lsm.vfs;
