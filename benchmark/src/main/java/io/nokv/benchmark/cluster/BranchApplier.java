package io.nokv.benchmark.cluster;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.store.Applier;
import io.nokv.raft.store.ApplyReader;
import java.util.Set;

/**
 * Branches of a bank, each with accounts whose sum never changes, and with a ring that always is one ring. All rows of a
 * branch begin with its number, so that regions may be cut between branches.
 *
 * <pre>
 * u8:branch 'a' u16:account     varint:balance
 * u8:branch 'm' u64:operation   nothing           (every operation that took effect leaves one)
 * u8:branch 'r' u16:node        u16:next
 *
 * command  = u8:what u8:branch u64:operation rest
 * open     = what 1, u16:accounts varint:balance u16:nodes
 * transfer = what 2, u16:from u16:to varint:amount
 * swap     = what 3, u16:a u16:b u16:c u16:d      (a, b, c and d follow each other; afterwards a, c, b, d do)
 * answer   = u8:1 done, 0 not as things are
 * </pre>
 */
public final class BranchApplier implements Applier {
    static final int OPEN = 1;
    static final int TRANSFER = 2;
    static final int SWAP = 3;

    /** Writes a value of any size under a key, for load without a meaning: what 4, u64:key bytes. */
    static final int PUT = 4;

    private static final byte[] DONE = {1};
    private static final byte[] NOT_DONE = {0};

    @Override
    public Set<Family> families() {
        return Set.of(Family.DEFAULT);
    }

    static byte[] account(int branch, int account) {
        return new ByteWriter(4).u8(branch).u8('a').u16(account).toBytes();
    }

    static byte[] mark(int branch, long operation) {
        return new ByteWriter(10).u8(branch).u8('m').u64(operation).toBytes();
    }

    static byte[] node(int branch, int node) {
        return new ByteWriter(4).u8(branch).u8('r').u16(node).toBytes();
    }

    static byte[] load(int branch, long key) {
        return new ByteWriter(10).u8(branch).u8('z').u64(key).toBytes();
    }

    @Override
    public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
            ApplyReader reader) {
        ByteReader in = new ByteReader(command);
        int what = in.u8();
        int branch = in.u8();
        if (!region.range().contains(new byte[]{(byte) branch})) {
            throw new AssertionError("branch " + branch + " is not in " + region);
        }
        long operation = in.u64();
        if (what == PUT) {
            into.put(Family.DEFAULT, load(branch, operation), in.rest());
            return DONE;
        }
        byte[] mark = mark(branch, operation);
        if (reader.get(Family.DEFAULT, mark) != null) {
            throw new AssertionError("operation " + operation + " takes effect a second time");
        }
        boolean done = switch (what) {
            case OPEN -> open(branch, in, into, reader);
            case TRANSFER -> transfer(branch, in, into, reader);
            case SWAP -> swap(branch, in, into, reader);
            default -> throw new AssertionError("no command: " + what);
        };
        if (done) {
            into.put(Family.DEFAULT, mark, new byte[0]);
        }
        return done ? DONE : NOT_DONE;
    }

    private static boolean open(int branch, ByteReader in, WriteBatch into, ApplyReader reader) {
        if (reader.get(Family.DEFAULT, account(branch, 0)) != null) {
            return false;
        }
        int accounts = in.u16();
        byte[] balance = new ByteWriter(9).varint(in.varint()).toBytes();
        int nodes = in.u16();
        for (int i = 0; i < accounts; i++) {
            into.put(Family.DEFAULT, account(branch, i), balance);
        }
        for (int i = 0; i < nodes; i++) {
            into.put(Family.DEFAULT, node(branch, i), new ByteWriter(2).u16((i + 1) % nodes).toBytes());
        }
        return true;
    }

    private static boolean transfer(int branch, ByteReader in, WriteBatch into, ApplyReader reader) {
        int source = in.u16();
        int target = in.u16();
        if (source == target) {
            return false;
        }
        byte[] from = account(branch, source);
        byte[] to = account(branch, target);
        long amount = in.varint();
        byte[] has = reader.get(Family.DEFAULT, from);
        byte[] gets = reader.get(Family.DEFAULT, to);
        if (has == null || gets == null || new ByteReader(has).varint() < amount) {
            return false;
        }
        into.put(Family.DEFAULT, from, new ByteWriter(9).varint(new ByteReader(has).varint() - amount).toBytes());
        into.put(Family.DEFAULT, to, new ByteWriter(9).varint(new ByteReader(gets).varint() + amount).toBytes());
        return true;
    }

    private static boolean swap(int branch, ByteReader in, WriteBatch into, ApplyReader reader) {
        int a = in.u16();
        int b = in.u16();
        int c = in.u16();
        int d = in.u16();
        if (next(branch, a, reader) != b || next(branch, b, reader) != c || next(branch, c, reader) != d) {
            return false;
        }
        into.put(Family.DEFAULT, node(branch, a), new ByteWriter(2).u16(c).toBytes());
        into.put(Family.DEFAULT, node(branch, c), new ByteWriter(2).u16(b).toBytes());
        into.put(Family.DEFAULT, node(branch, b), new ByteWriter(2).u16(d).toBytes());
        return true;
    }

    private static int next(int branch, int node, ApplyReader reader) {
        byte[] stored = reader.get(Family.DEFAULT, node(branch, node));
        return stored == null ? -1 : new ByteReader(stored).u16();
    }
}
