/**
 * Which tables make up the store. Start at {@link io.nokv.lsm.version.Version} (a set of tables in levels, held by
 * readers) and {@link io.nokv.lsm.version.Manifest} (the changes of that set, on disk).
 *
 * <pre>
 * CURRENT   = "nokv " name-of-manifest " " crc-in-hex "\n"        (replaced atomically)
 * manifest  = record*; the first one describes the whole store, every other one a change to it
 * record    = u32:magic u32:crc u32:payloadBytes payload padding   (at multiples of 8)
 * magic     = mixed from the manifest's number    crc = CRC32C of number, offset, payloadBytes, payload
 * payload   = u32:version field*
 * table     = varint:number varint:bytes varint:entries varint:tombstones varint:minSequence varint:maxSequence bytes:smallest
 *             bytes:largest varint:stamp varint:sequence varint:rangeDeletions u8:openEnd values u32:checksum
 *             (stamp and sequence are 0 unless the table was ingested; values as in a table; checksum = CRC32C of the file)
 * field     = 1 u8:level table | 2 u8:level varint:table | 3 varint:firstSegment varint:flushedSequence | 4 varint:nextNumber
 *           | 5 valueFile | 6 varint:valueFile
 * </pre>
 *
 * <p>Invariants: a record is synced before its version is shown to readers, and a file is deleted only after the record
 * that drops it was synced and the last version that names it was released. In level 0 tables may overlap and the newest
 * comes first; in every other level tables are ordered and disjoint, and no user key is in two of them. Of the versions
 * of a key, those in a higher level (smaller number) are newer. A table's bounds count its deletions of ranges; where its
 * largest key is the end of one, and so not in it, the next table may begin with that key. Ingested tables that have no level
 * yet ({@link io.nokv.lsm.version.AdoptedTables}) are kept alive by versions and named by the log.
 *
 * <p>A record that does not check is what a power cut left only when nothing readable follows it. Losing the last record
 * to damage is found by what it described: a table or a log segment is not there.
 *
 * <p>Threads: versions are immutable and counted by atomics; the manifest is used by one flow at a time.
 */
package io.nokv.lsm.version;
