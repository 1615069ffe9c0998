package io.nokv.sim.raft;

import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.LogShape;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Restored;
import io.nokv.raft.membership.Membership;
import io.nokv.sim.world.SimEntropy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What one machine keeps: a log with a durable and a volatile half, and the last durable copy of its state machine. A
 * crash keeps a random prefix of what was written since the last sync.
 */
final class RaftDisk {
    private final ArrayList<Entry> entries = new ArrayList<>();
    private final ArrayDeque<Ready> unsynced = new ArrayDeque<>();
    private HardState hardState = HardState.INITIAL;
    private long baseIndex;
    private long baseTerm;
    private RegisterMachine checkpoint;

    RaftDisk(Membership founders) {
        this.checkpoint = new RegisterMachine(founders);
    }

    /** Written; durable after the next {@link #sync} that covers it. */
    void write(Ready ready) {
        unsynced.add(ready);
    }

    /** Everything up to Ready {@code number} is durable. */
    void sync(long number) {
        while (!unsynced.isEmpty() && unsynced.peek().number() <= number) {
            settle(unsynced.poll());
        }
    }

    private void settle(Ready ready) {
        if (ready.snapshot() != null) {
            entries.clear();
            baseIndex = ready.snapshot().index();
            baseTerm = ready.snapshot().term();
            checkpoint = RegisterMachine.of(ready.snapshot());
        }
        if (!ready.entries().isEmpty()) {
            entries.subList((int) (ready.entries().getFirst().index() - baseIndex - 1), entries.size()).clear();
            entries.addAll(ready.entries());
        }
        if (ready.hardState() != null) {
            hardState = ready.hardState();
        }
    }

    void crash(SimEntropy random) {
        int kept = (int) random.between(0, unsynced.size());
        for (int i = 0; i < kept; i++) {
            settle(unsynced.poll());
        }
        unsynced.clear();
    }

    Restored restored() {
        return new Restored(hardState, checkpoint.membership(), checkpoint.applied(),
                LogShape.of(baseIndex, baseTerm, entries));
    }

    /** The state machine as it was when it was last made durable. */
    RegisterMachine checkpoint() {
        return checkpoint;
    }

    void checkpoint(RegisterMachine machine) {
        if (machine.applied() > checkpoint.applied()) {
            checkpoint = machine;
        }
    }

    long base() {
        return baseIndex;
    }

    void compact(long index) {
        int dropped = (int) (index - baseIndex);
        baseTerm = entries.get(dropped - 1).term();
        baseIndex = index;
        entries.subList(0, dropped).clear();
    }

    List<Entry> read(long from, long to, long maxBytes) {
        List<Entry> out = new ArrayList<>();
        long bytes = 0;
        for (long index = from; index <= to; index++) {
            Entry entry = entries.get((int) (index - baseIndex - 1));
            bytes += entry.bytes();
            if (bytes > maxBytes && !out.isEmpty()) {
                break;
            }
            out.add(entry);
        }
        return out;
    }
}
