/**
 * A region in one stream of bytes, to be kept outside of the cluster: its rows as table files, and what they are. {@link
 * io.nokv.raft.archive.ArchiveWriter} makes the stream, {@link io.nokv.raft.archive.ArchiveReader} checks it and {@link
 * io.nokv.raft.archive.ArchiveUnpacker} turns it into files again.
 *
 * <pre>
 * archive = u32:magic record*
 * record  = u8:type u32:bodyBytes body u32:crc        crc = CRC32C of the offset of the record (u64) and all of it before
 * type    = 1 head    body = u8:format(1) bytes:descriptor varint:index varint:term       first
 *         | 2 file    body = bytes:name varint:size        pieces of it follow, in order, without a gap
 *         | 3 piece   body = what comes next of the file
 *         | 4 end     body = varint:files varint:bytes     last; nothing follows
 * magic   = "NKRA"
 * </pre>
 *
 * <p>Every byte is under a checksum that is bound to its place, and the end says how much there was: a flipped bit, a part that is
 * missing, repeated or in another place, and an end that came too early are CORRUPTION, named by offset. Bytes are taken in
 * portions of any size; memory is bounded by one record.
 *
 * <p>Threads: each object is used by one flow at a time. Writer and unpacker wait for the disk, the reader waits for nothing.
 */
package io.nokv.raft.archive;
