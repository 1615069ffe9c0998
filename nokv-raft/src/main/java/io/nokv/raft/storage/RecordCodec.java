package io.nokv.raft.storage;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.wire.EntryCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The bytes of records; the grammar is in the package description. */
final class RecordCodec {
    static final int READY = 1;
    static final int COMPACT = 2;
    static final int IMAGE = 3;
    static final int REMOVED = 4;
    static final int DAMAGED = 5;

    private static final int HAS_STATE = 1;
    private static final int HAS_BASE = 2;
    private static final int HAS_ENTRIES = 4;

    /** Where a log begins: after the entry at {@code index}, which is of {@code term}. */
    record Base(long index, long term) {
        static final Base START = new Base(0, 0);
    }

    /** @param hardState null when it did not change @param base null when it did not @param entries perhaps none */
    record Content(HardState hardState, Base base, List<Entry> entries) {}

    private RecordCodec() {}

    static byte[] encode(Content content) {
        // Entries hardly take more bytes here than they count for.
        ByteWriter out = new ByteWriter(64 + (int) Math.min(1 << 20, Entry.bytes(content.entries)));
        out.u8((content.hardState == null ? 0 : HAS_STATE) | (content.base == null ? 0 : HAS_BASE)
                | (content.entries.isEmpty() ? 0 : HAS_ENTRIES));
        if (content.hardState != null) {
            EntryCodec.put(out, content.hardState);
        }
        if (content.base != null) {
            put(out, content.base);
        }
        if (!content.entries.isEmpty()) {
            EntryCodec.put(out, content.entries);
        }
        return out.toBytes();
    }

    static byte[] encode(Base base) {
        ByteWriter out = new ByteWriter(20);
        put(out, base);
        return out.toBytes();
    }

    private static void put(ByteWriter out, Base base) {
        out.varint(base.index).varint(base.term);
    }

    /** Of a ready or an image. */
    static Content content(ByteReader in) {
        int flags = in.u8();
        if (flags > (HAS_STATE | HAS_BASE | HAS_ENTRIES)) {
            throw new NokvException(FailureCode.CORRUPTION, "a raft record with flags " + flags);
        }
        HardState state = (flags & HAS_STATE) == 0 ? null : EntryCodec.hardState(in);
        Base base = (flags & HAS_BASE) == 0 ? null : base(in);
        List<Entry> entries = (flags & HAS_ENTRIES) == 0 ? List.of() : EntryCodec.entries(in);
        in.end();
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i).index() != entries.getFirst().index() + i) {
                throw new NokvException(FailureCode.CORRUPTION, "raft entries out of order: " + entries.get(i));
            }
        }
        return new Content(state, base, entries);
    }

    /** Of what is known to be damaged. */
    static byte[] damage(String why) {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        return new ByteWriter(text.length + 5).bytes(text).toBytes();
    }

    static String damage(ByteReader in) {
        String why = new String(in.bytes(), StandardCharsets.UTF_8);
        in.end();
        return why;
    }

    static Base base(ByteReader in) {
        return new Base(in.varint(), in.varint());
    }
}
