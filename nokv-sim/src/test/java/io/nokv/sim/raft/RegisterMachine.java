package io.nokv.sim.raft;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.membership.Membership;
import java.util.TreeMap;
import java.util.TreeSet;

/** The replicated state machine: registers, the operations that took effect, and a chain of hashes over all entries. */
final class RegisterMachine {
    private final TreeMap<Integer, Long> registers = new TreeMap<>();
    private final TreeSet<Long> operations = new TreeSet<>();
    private Membership membership;
    private long applied;
    private long term;
    private long chain = 0x1234_5678;

    RegisterMachine(Membership membership) {
        this.membership = membership;
    }

    RegisterMachine copy() {
        return of(snapshot());
    }

    static RegisterMachine of(Snapshot snapshot) {
        RegisterMachine out = new RegisterMachine(snapshot.membership());
        out.applied = snapshot.index();
        out.term = snapshot.term();
        ByteReader in = new ByteReader(snapshot.data());
        out.chain = in.u64();
        for (int i = in.varint(1_000); i > 0; i--) {
            out.registers.put(in.varint(1_000), in.varint());
        }
        for (int i = in.varint(1_000_000); i > 0; i--) {
            out.operations.add(in.varint());
        }
        in.end();
        return out;
    }

    Snapshot snapshot() {
        ByteWriter out = new ByteWriter().u64(chain).varint(registers.size());
        registers.forEach((register, value) -> out.varint(register).varint(value));
        out.varint(operations.size());
        operations.forEach(out::varint);
        return new Snapshot(applied, term, membership, out.toBytes());
    }

    /** Applies the next entry; what a command answers, 0 for other entries. */
    long apply(Entry entry) {
        if (entry.index() != applied + 1) {
            throw new AssertionError("entry " + entry + " applied after " + applied);
        }
        applied = entry.index();
        term = entry.term();
        chain = (chain * 31 + entry.term()) * 31 + java.util.Arrays.hashCode(entry.data()) + entry.kind().ordinal();
        if (entry.kind() != Entry.Kind.COMMAND) {
            return 0;
        }
        ByteReader in = new ByteReader(entry.data());
        if (!operations.add(in.varint())) {
            throw new AssertionError("an operation took effect twice: " + entry);
        }
        RegisterCall call = RegisterCall.decode(in);
        long before = get(call.register());
        registers.put(call.register(), RegisterModel.after(before, call));
        return before;
    }

    void membership(Membership changed) {
        membership = changed;
    }

    Membership membership() {
        return membership;
    }

    long get(int register) {
        return registers.getOrDefault(register, 0L);
    }

    long applied() {
        return applied;
    }

    /** Of the entry applied last. */
    long term() {
        return term;
    }

    long chain() {
        return chain;
    }

    boolean hasOperation(long operation) {
        return operations.contains(operation);
    }
}
