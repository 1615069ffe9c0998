/**
 * How the rows of a region come from one store to another: {@link io.nokv.raft.snapshot.NetSnapshotTransfer}, an
 * implementation of {@link io.nokv.raft.store.SnapshotTransfer} over messages.
 *
 * <pre>
 * receiver                                       sender
 *   AskManifest ---------------------------------&gt;   reads all files once, notes a checksum of every piece
 *   &lt;------------------------ Patience, HereManifest
 *   Ask (a window of pieces) --------------------&gt;   reads, checks, sends; in the order asked, at a limited rate
 *   &lt;------------------------------- Piece, Piece ...
 *   writes, syncs each file when it is whole, then the names
 *   Done ----------------------------------------&gt;   forgets this taker; a released offer goes with its last one
 *
 * message      = u8:2 u8:type u64:offer body                     (integers big-endian; varint is LEB128)
 * AskManifest  = type 1, no body
 * HereManifest = type 2, manifest
 * Patience     = type 3, no body
 * Ask          = type 4, varint:count (varint:file varint:piece)*
 * Piece        = type 5, varint:file varint:piece u32:crc bytes
 * Sorry        = type 6, bytes:code bytes:why                    (the name of a FailureCode)
 * Done         = type 7, no body
 * manifest     = varint:chunkBytes varint:files file* u32:crc    (CRC32C of all before)
 * file         = bytes:name varint:size u32:crc*                 (CRC32C of each piece; files by name)
 * offer        = u8:1 u64:id                                     (random, so never that of an earlier life)
 * directory    = out-REGION-N/... in-STORE-OFFER/... in-STORE-OFFER.files
 * </pre>
 *
 * <p>The manifest is fixed when the offer is first asked for. From then on damage on the sender's disk, on the way and on
 * the receiver's disk shows against it, and an attempt that goes on, after a lost message, a break of the network or a crash of
 * the receiver, needs no other record of how far it came: it reads what is there. A fetch is given to its caller when every file
 * and every name is durable, never before.
 *
 * <p>What ends without being discarded is removed after a while, or when the transfer is opened again. Offers end with their
 * process: what fetches them hears FILE_NOT_FOUND and asks for another snapshot.
 *
 * <p>Threads: messages are notes and never wait; one flow per fetch, one for sending, and one for each manifest.
 */
package io.nokv.raft.snapshot;
