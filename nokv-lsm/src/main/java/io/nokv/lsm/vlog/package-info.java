/**
 * The value log: large values in files of their own, so that rewriting tables does not rewrite them. Start at
 * {@link io.nokv.lsm.vlog.ValueFileSet} (which files there are, and what of them is alive),
 * {@link io.nokv.lsm.vlog.ValueSeparator} (writes them) and {@link io.nokv.lsm.vlog.MoveJob} (takes out what is alive).
 *
 * <pre>
 * value file = header record* index footer
 * header     = u64:magic u32:version u64:file u8:family u8:generation zeros u32:crc                     (32 bytes)
 * record     = u32:crc u32:valueBytes u8:compression u8:family u64:sequence u32:keyBytes key stored
 * index      = (signedVarint:originStep varint:offsetStep varint:recordBytes)*       (one per record, in their order)
 * footer     = u64:indexAt u32:indexBytes u32:indexCrc u64:records u64:file u32:version u32:crc u64:magic (48 bytes)
 * pointer    = varint:origin varint:offset varint:recordBytes varint:valueBytes u32:crc                  (in a table)
 * valueFile  = varint:file varint:bytes u8:family u8:generation shares                                   (in the manifest)
 * shares     = varint:count (varint:origin varint:values varint:bytes)*
 * </pre>
 *
 * <p>A value is written to the log and a memtable like any other. When its entry is written to a table, the value goes to a
 * value file and the entry gets a pointer. Value files are synced before the version edit that names them together with the
 * tables that point into them; one that no edit names is removed at the next opening.
 *
 * <p>A pointer names the file that the value was first written to (its origin) and the offset there, and stays valid for
 * ever. Moving a file's values copies the records that are alive, as they are, to a file of the next generation, and one
 * edit puts that file in place of the old ones: the {@link io.nokv.lsm.vlog.ValueFileSet} of a version maps origins to
 * files. No table changes, so moves are in nobody's way: not of writers, since a new value is in a new file; not of
 * compactions, since they only drop pointers; not of readers, since a version keeps its files. Only files with moved
 * records need their index for reading: it is then kept in memory, 24 bytes for a value.
 *
 * <p>What is garbage is known exactly and kept by the manifest: each table says how much it points to of which origin, so
 * compactions produce the statistics by what they write. A file is dropped by the edit after which no table points into it.
 *
 * <p>Invariants: a file is of one family, is complete and synced before anybody knows it, and never changes. A pointer comes
 * into being together with its file or not at all. An origin is in one file of a version. Each CRC is CRC32C bound to
 * number and offset: of a record, to those of its origin, wherever it now is.
 *
 * <p>Values read are not cached here: one is as large as a block or larger and read by one system call, and the operating
 * system has its pages. Threads: sets, handles and the log are shared freely; writers and jobs belong to one flow.
 */
package io.nokv.lsm.vlog;
