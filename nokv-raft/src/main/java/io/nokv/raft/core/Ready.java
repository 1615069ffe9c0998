package io.nokv.raft.core;

import io.nokv.raft.membership.Membership;
import java.util.List;

/**
 * What the owner of a replica has to do next. In this order, and one Ready after the other:
 * <ol>
 * <li>send {@code messages} (any time from now on);
 * <li>persist: install {@code snapshot} in place of log and state machine, then write {@code entries}, dropping whatever
 * the log holds at and after the first of them, and {@code hardState}; all of one Ready or a prefix of it survives a
 * crash, never a later Ready without an earlier one, and never entries without the hard state beside them;
 * <li>when that is durable, and everything of earlier Readys too: send {@code afterPersist} and call {@link
 * Replica#persisted} with {@code number}, if there was anything.
 * </ol>
 * Independent of persisting, in order among themselves: apply {@code committed}, then {@link Replica#applied}. A snapshot
 * is installed after what was handed out before it has been applied or dropped.
 *
 * @param number counts the Readys of one replica
 * @param hardState null when it did not change
 * @param snapshot null when there is none to install
 * @param entries go to the log; the first may lie before the end of the log
 * @param committed go to the state machine; all of them durable here
 * @param membership what holds after {@code committed}, when its last entry changes it; else null. Belongs into the same
 * durable step as the applied index
 * @param reads reads decided since the last Ready
 * @param mustSync whether persisting needs a sync; when not, a changed commit index alone is to be written, and may be
 * written later
 */
public record Ready(long number, HardState hardState, Snapshot snapshot, List<Entry> entries, List<Message> messages,
        List<Message> afterPersist, List<Entry> committed, Membership membership, List<ReadOutcome> reads,
        boolean mustSync) {
    /** True when there is something to persist and to report as persisted. */
    public boolean persists() {
        return hardState != null || snapshot != null || !entries.isEmpty();
    }
}
