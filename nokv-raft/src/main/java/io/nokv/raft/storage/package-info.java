/**
 * What the replicas of one store keep: entries, hard states, and where each log begins. Start at {@link
 * io.nokv.raft.storage.RaftLogs}.
 *
 * <p>All of it stands in the engine's log, in a channel of its own: one record per Ready, one sync for the Readys of all
 * regions, and for what the engine writes meanwhile. A record is atomic, so a Ready survives whole or not at all. Records
 * of a region (the stream number) by kind:
 *
 * <pre>
 * 1 ready    u8:flags [hardState] [varint:baseIndex varint:baseTerm] [entries]    flags: 1 hardState, 2 base, 4 entries
 *            with a base: a snapshot was installed, and the log begins anew after it
 * 2 compact  varint:baseIndex varint:baseTerm      entries up to there are gone
 * 3 image    as ready, all parts                   everything the region has, instead of all that came before
 * 4 removed  nothing                               the region is not here any more
 * 5 damaged  bytes:why                             what is here of the region cannot be believed; until it is removed
 * </pre>
 *
 * Entries are those of {@link io.nokv.raft.wire.EntryCodec}; they drop what the log had at and after the first of them.
 *
 * <p><b>What is kept.</b> A region needs the record with its newest hard state, the one that says where its log begins, and
 * those with entries it has. When the log grows too long and asks for room, regions that keep its oldest segments write
 * an image of themselves to its end; one with much in its log is left alone, for its owner can help by making what was
 * applied durable and compacting. Segments are let go only when whatever took their place is durable.
 *
 * <p><b>The order that compaction rests on.</b> The state machine is in the same engine: the batch that applied an entry is in the same
 * log, before the record that says the entry is gone. Whatever a crash leaves of the log, it never holds the second
 * without the first.
 *
 * <p><b>Damage.</b> A record whose frame does not check may be anybody's: the engine does not open then, and names file and offset.
 * Where the frame checks and what is in it does not decode, or does not go with the rest (a gap, a commit index past the end), that
 * is known to concern one region: it is marked as damaged, durably, and the others come back. It never comes back by itself, for it
 * may have voted or acknowledged what is gone.
 *
 * <p>Invariants: what was written is read back equal or refused as CORRUPTION; a region with a gap in its log is damaged; memory
 * for entries stays within the budget, except for what is not durable yet; regions come back from the log alone.
 *
 * <p>Threads: one short lock over memory; files are read and the log is written outside of it, by flows that may wait.
 */
package io.nokv.raft.storage;
