package io.nokv.raft.wire;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries, snapshots and hard states as bytes.
 *
 * <pre>
 * entry     = varint:term varint:index u8:kind bytes:data          (kind: 0 empty, 1 command, 2 change)
 * entries   = varint:count entry*
 * snapshot  = varint:index varint:term membership bytes:data
 * hardState = varint:term varint:vote varint:commit
 * </pre>
 */
public final class EntryCodec {
    private static final Entry.Kind[] KINDS = {Entry.Kind.EMPTY, Entry.Kind.COMMAND, Entry.Kind.CHANGE};

    private EntryCodec() {}

    public static void put(ByteWriter out, Entry entry) {
        int kind = switch (entry.kind()) {
            case EMPTY -> 0;
            case COMMAND -> 1;
            case CHANGE -> 2;
        };
        out.varint(entry.term()).varint(entry.index()).u8(kind).bytes(entry.data());
    }

    public static Entry entry(ByteReader in) {
        long term = in.varint();
        long index = in.varint();
        int kind = in.u8();
        if (kind >= KINDS.length) {
            throw new NokvException(FailureCode.CORRUPTION, "entry " + term + "/" + index + " of kind " + kind);
        }
        return new Entry(term, index, KINDS[kind], in.bytes());
    }

    public static void put(ByteWriter out, List<Entry> entries) {
        out.varint(entries.size());
        entries.forEach(entry -> put(out, entry));
    }

    public static List<Entry> entries(ByteReader in) {
        // An entry takes at least four bytes: no count makes room for more than there can be.
        int count = in.varint(in.remaining() / 4);
        List<Entry> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            out.add(entry(in));
        }
        return out;
    }

    public static void put(ByteWriter out, Snapshot snapshot) {
        out.varint(snapshot.index()).varint(snapshot.term());
        snapshot.membership().encode(out);
        out.bytes(snapshot.data());
    }

    public static Snapshot snapshot(ByteReader in) {
        return new Snapshot(in.varint(), in.varint(), Membership.decode(in), in.bytes());
    }

    public static void put(ByteWriter out, HardState state) {
        out.varint(state.term()).varint(state.vote()).varint(state.commit());
    }

    public static HardState hardState(ByteReader in) {
        return new HardState(in.varint(), in.varint(), in.varint());
    }
}
