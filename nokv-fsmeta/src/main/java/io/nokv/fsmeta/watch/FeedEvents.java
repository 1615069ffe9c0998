package io.nokv.fsmeta.watch;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The annotation of a commit: {@code version varint:count event*}, an event being kind, mount, mount name, directory,
 * name, inode, and for a rename the other directory and name. An empty name stands for none.
 */
public final class FeedEvents {
    private static final int VERSION = 1;
    private static final int MOST_EVENTS = 10_000_000;

    private FeedEvents() {}

    public static byte[] encode(List<FeedEvent> events) {
        ByteWriter out = new ByteWriter(32 + 48 * events.size());
        out.u8(VERSION).varint(events.size());
        for (FeedEvent e : events) {
            out.u8(e.kind().ordinal()).varint(e.mount()).bytes(e.mountName().getBytes(StandardCharsets.UTF_8))
                    .varint(e.directory());
            name(out, e.name());
            out.varint(e.inode()).varint(e.otherDirectory());
            name(out, e.otherName());
        }
        return out.toBytes();
    }

    private static void name(ByteWriter out, FileName name) {
        if (name == null) {
            out.varint(0);
        } else {
            out.bytes(name.bytes());
        }
    }

    /** How many events {@link #encode} wrote. */
    static int count(byte[] annotation) {
        ByteReader in = new ByteReader(annotation);
        header(in);
        return in.varint(MOST_EVENTS);
    }

    private static void header(ByteReader in) {
        int version = in.u8();
        if (version != VERSION) {
            throw new NokvException(FailureCode.CORRUPTION, "events of version " + version);
        }
    }

    static List<FeedEvent> decode(byte[] annotation) {
        ByteReader in = new ByteReader(annotation);
        header(in);
        int count = in.varint(MOST_EVENTS);
        List<FeedEvent> events = new ArrayList<>(Math.min(count, 1_024));
        WatchEvent.Kind[] kinds = WatchEvent.Kind.values();
        for (int i = 0; i < count; i++) {
            WatchEvent.Kind kind = kinds[in.u8()];
            long mount = in.varint();
            String mountName = new String(in.bytes(), StandardCharsets.UTF_8);
            long directory = in.varint();
            FileName name = name(in);
            long inode = in.varint();
            long otherDirectory = in.varint();
            events.add(new FeedEvent(kind, mount, mountName, directory, name, inode, otherDirectory, name(in)));
        }
        in.end();
        return events;
    }

    private static FileName name(ByteReader in) {
        byte[] bytes = in.bytes();
        return bytes.length == 0 ? null : FileName.of(bytes);
    }
}
