/**
 * Sorted tables: written once, then only read. Start at {@link io.nokv.lsm.table.TableWriter},
 * {@link io.nokv.lsm.table.TableReader} and {@link io.nokv.lsm.table.TableStore}, which keeps readers, open files and the
 * cache.
 *
 * <pre>
 * table      = (block* partition)* index [deletions] properties parts footer
 * block      = stored u8:compression u32:rawBytes u32:crc       crc = CRC32C of table number, offset and all before it;
 *                                                               everything but the footer has this frame
 * raw block  = entry*                                           (data)
 * entry      = varint:sharedBytes varint:ownBytes varint:(sequence &lt;&lt; 2 | kind) varint:valueBytes keyEnd value
 * kind       = 0 value | 1 deletion | 2 pointer to a value      (see {@link io.nokv.lsm.EntryKind})
 * key        = u8:family userKey                                (every 16th entry of a block shares nothing; those behind
 *                                                               it share their beginning with it)
 * raw partition = varint:filterBytes filter lastBlock*          (of the blocks before it)
 * filter     = lines of 64 bytes                                (blocked Bloom filter over heads and prefixes of keys)
 * lastBlock  = varint:keyBytes key varint:lastSequence varint:bytes varint:entries          (a block's last entry)
 * raw index  = (varint:keyBytes key varint:lastSequence varint:bytes varint:partitionBytes)*      (one per partition, its
 *                                                               last entry; bytes with its blocks)
 * raw properties = u64:entries u64:tombstones u64:minSequence u64:maxSequence bytes:smallest bytes:largest values
 *              varint:rawKeyBytes varint:rawValueBytes u8:compression varint:bloomBitsPerKey prefixes tails*
 * values     = varint:count (varint:origin varint:values varint:bytes)*    (pointed to, see {@link io.nokv.lsm.vlog})
 * prefixes   = varint:count (u8:family u8:bytes u8:fields u8:escaped)*          (in filters, see {@link io.nokv.lsm.point.PrefixRule})
 * tails      = u8:family u8:tailBytes u64:smallestTail u64:largestTail              (for each family that has tails)
 * raw deletions = (u8:family varint:fragments fragment*)*       (of ranges, see {@link io.nokv.lsm.range}; in order)
 * fragment   = bytes:from u8:hasTo [bytes:to] varint:count varint:sequence*
 * raw parts  = (u8:part varint:offset varint:bytes)*            (1 index, 2 properties, 3 deletions; each begins where the one before
 *                                                               ends)
 * footer     = u64:partsAt u32:partsBytes u64:table u32:version u32:crc u64:magic           (36 bytes, last in the file)
 * </pre>
 *
 * <p>A point read asks the bounds of the tails, then the index for the partition, its filter, its index for the block, and
 * the block's hash table for the first entry of the head (see {@link io.nokv.lsm.point}). Both indexes are searched in a
 * blind trie. The hash table is not in the file: the first point read that finds the block in the cache makes it, so a scan
 * pays nothing for it, and neither does a read of a block that nobody reads again. A table written with another tail length than the engine now has is read without its filters.
 *
 * <p>Of a table only the index of its partitions stays in memory. Partitions and blocks are kept by the cache
 * ({@link io.nokv.lsm.table.BlockCache}) under one budget of bytes that counts all their objects. It keeps them in slots of
 * the table's reader: a hit is an array load. The bytes of blocks lie in slabs that are used again ({@link
 * io.nokv.lsm.table.BlockMemory}), so who reads a block holds it until then ({@link io.nokv.lsm.table.Block}): a point read
 * copies the value out and lets go, a cursor holds one block at a time and is closed. Rewrites read copies of their own.
 *
 * <p>Entries for which point reads had to read a block from the file more than once are kept by themselves in a second cache ({@link
 * io.nokv.lsm.table.RowCache}), for the reader of their table: between filter and index a look-up that sees all of the table asks
 * there.
 *
 * <p>Every byte of a table is under one of the CRCs, and each CRC is bound to the table's number and the offset, so that
 * a block written to or read from the wrong place does not check. The manifest has a CRC of the whole file beside them: a
 * file that took the place of another is found though all its parts check. No length is believed before its CRC was. A block's
 * entries are checked against each other once, when it is loaded; who reads them afterwards does not look at bounds again.
 *
 * <p>Entries are read with positional reads into the heap and kept decompressed in the block cache. Mapped files were
 * not taken: an I/O error in a mapping ends in a signal instead of an exception that names the file, a simulator cannot
 * see the reads, and a compressed block has to be copied anyway.
 *
 * <p>Threads: readers are shared freely; cursors and writers belong to one flow.
 */
package io.nokv.lsm.table;
