/**
 * The bytes of what replicas say to each other and keep: {@link io.nokv.raft.wire.MessageCodec} for messages, {@link
 * io.nokv.raft.wire.EntryCodec} for entries, snapshots and hard states. Pure functions; threads do not matter.
 *
 * <p>Invariants: what was encoded comes back equal; whatever else is decoded ends as CORRUPTION or UNSUPPORTED_VERSION,
 * never as a half-read value, and allocates no more than there are bytes.
 */
package io.nokv.raft.wire;
