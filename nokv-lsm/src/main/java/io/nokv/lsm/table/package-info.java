/**
 * Sorted tables: written once, then only read. Start at {@link io.nokv.lsm.table.TableWriter},
 * {@link io.nokv.lsm.table.TableReader} and {@link io.nokv.lsm.table.TableStore}, which keeps readers, open files and
 * cached blocks.
 *
 * <pre>
 * table      = block* [deletions] filter index properties footer
 * block      = stored u8:compression u32:rawBytes u32:crc       crc = CRC32C of table number, offset and all before it
 * raw block  = entry* u32:restart* u32:restartCount             (data; a restart is the offset of an entry without prefix)
 * entry      = varint:sharedBytes varint:ownBytes varint:(sequence &lt;&lt; 2 | kind) varint:valueBytes keyEnd value
 * kind       = 0 value | 1 deletion | 2 pointer to a value       (see {@link io.nokv.lsm.EntryKind})
 * key        = u8:family userKey
 * raw filter = lines of 64 bytes                                (blocked Bloom filter over heads of keys)
 * raw index  = (varint:keyBytes key varint:lastSequence varint:storedBytes)*      (one per block, its last entry; the
 *                                                                blocks lie one after the other from offset 0)
 * properties = u64:entries u64:tombstones u64:minSequence u64:maxSequence bytes:smallest bytes:largest values
 *              u64:deletionsAt u32:deletionsBytes tails*                            (0 0 when there are none)
 * values     = varint:count (varint:origin varint:values varint:bytes)*    (pointed to, see {@link io.nokv.lsm.vlog})
 * tails      = u8:family u8:tailBytes u64:smallestTail u64:largestTail              (for each family that has tails)
 * raw deletions = (u8:family varint:fragments fragment*)*       (of ranges, see {@link io.nokv.lsm.range}; in order)
 * fragment   = bytes:from u8:hasTo [bytes:to] varint:count varint:sequence*
 * footer     = u64:filterAt u32:filterBytes u64:indexAt u32:indexBytes u64:propertiesAt u32:propertiesBytes
 *              u64:table u32:version u32:crc u64:magic           (60 bytes, last in the file)
 * </pre>
 *
 * <p>A point read asks the bounds of the tails, then the filter, then the index, and reads one block (see
 * {@link io.nokv.lsm.point}). A table written with another tail length than the engine now has is read without its filter.
 *
 * <p>Every byte of a table is under one of the CRCs, and each CRC is bound to the table's number and the offset, so that
 * a block written to or read from the wrong place does not check. No length is believed before its CRC was.
 *
 * <p>Entries are read with positional reads into the heap and kept decompressed in the block cache. Mapped files were
 * not taken: an I/O error in a mapping ends in a signal instead of an exception that names the file, a simulator cannot
 * see the reads, and a compressed block has to be copied anyway.
 *
 * <p>Threads: readers are shared freely; cursors and writers belong to one flow.
 */
package io.nokv.lsm.table;
