/**
 * The log: the engine's batches, and in the same segments the records of others. Start at {@link
 * io.nokv.lsm.wal.WriteAheadLog} (what there is), {@link io.nokv.lsm.wal.LogChannel} (what others use), {@link
 * io.nokv.lsm.wal.GroupCommit} (who writes) and {@link io.nokv.lsm.wal.LogReplay} (recovery).
 *
 * <pre>
 * segment = record*, then zeros or what a recycled file held before
 * record  = u32:magic u32:crc u32:payloadBytes u32:syncedTo u64:sequence u8:type payload padding   (at multiples of 8)
 * magic   = mixed from the segment number        crc = CRC32C of segment number, offset, all after the crc, payload
 * type    = 1 header   payload = u32:version u64:previousSegment u64:previousEnd    sequence = that of the next batch
 *         | 2 batch    payload = varint:count operation*
 *         | 3 closed   no payload                                                  sequence = that of the next batch
 *         | 4 stream   payload = u8:channel u8:kind u64:stream data                sequence = that of the next batch
 * operation = u8:(family &lt;&lt; 2 | kind) bytes:key [bytes:value]      kind = 0 put, 1 delete
 *           | u8:(family &lt;&lt; 2 | 2) u8:(hasFrom | hasTo &lt;&lt; 1) [bytes:from] [bytes:to]        deletes a range
 *           | u8:3 bytes:ingest                     puts and deletes beside an ingest follow it in the same batch
 * ingest    = bytes:edit varint:families u8:family* u8:(hasFrom | hasTo &lt;&lt; 1) [bytes:from] [bytes:to]
 *                                          the tables, as an edit of the manifest adds them, and what they replace
 * </pre>
 *
 * <p>A channel belongs to one {@link io.nokv.lsm.wal.LogConsumer}, which is handed its records when the log is opened. What
 * its kinds and streams mean the log does not know.
 *
 * <p>Segments are allocated ahead, written in place, and recycled: magic and CRC are bound to the segment number and the
 * offset, so stale records of an earlier life do not parse.
 *
 * <p><b>Torn tail or damage?</b> Between two syncs a disk may keep any subset of the sectors written, so an unreadable
 * record followed by a readable one is not proof of damage. Each record therefore says up to which offset its segment
 * was known to be synced when it was written: an unreadable record below that point is CORRUPTION, anything else is
 * what power loss leaves. A segment is synced whole before the next one begins, and the header of the next names the end
 * of the one before, so in all segments but the last every byte counts. A clean close adds a closed record, which makes
 * the same true of the last.
 *
 * <p><b>What is kept.</b> The engine needs the segments of batches that are in no table; a channel needs what its consumer
 * says, and whatever was written since. The oldest segment anybody needs is in the manifest, where the log must begin
 * when it is replayed; only what lies below is deleted. Above {@link io.nokv.lsm.wal.LogLimits#softBytes} those who keep the
 * oldest segments are asked to let go: the engine flushes, a channel is told. Above the hard limit those who bring new
 * work wait; when a channel keeps the oldest segment for longer than their patience, they are refused and told which.
 *
 * <p>Invariants: batches carry consecutive sequence numbers, without a gap, across segments. A recovered segment is never
 * appended to. After a failed write or sync nothing is written any more.
 *
 * <p>Where nobody waits for syncs, each eighth of a segment is sent to the medium by a flow of its own while the next is
 * written, so that turning the segment has little left to sync. That proves nothing about durability, and its failure is
 * the next sync's. The file of the next segment, too, is made by a flow of its own, once the header of the current one is
 * durable: so a log may end in a segment without a header, which the next opening removes, but never in two.
 *
 * <p>Threads: appending takes a short lock and touches memory only. Writing and syncing is done by whichever flow waits
 * first (the leader), for all; no lock is held meanwhile. Requests to let go run on that flow.
 */
package io.nokv.lsm.wal;
