package io.nokv.raft.snapshot;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.store.SnapshotTransfer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What two stores say to each other about an offer; the format is drawn in the package's documentation. */
sealed interface TransferMessage {
    long offer();

    /** The receiver wants the manifest. */
    record AskManifest(long offer) implements TransferMessage {}

    /** Here it is, encoded. */
    record HereManifest(long offer, byte[] manifest) implements TransferMessage {}

    /** It is being made: have patience. */
    record Patience(long offer) implements TransferMessage {}

    /** One piece. */
    record Place(int file, int chunk) {}

    /** The receiver wants pieces. */
    record Ask(long offer, List<Place> places) implements TransferMessage {}

    /** A piece, with its checksum as the sender reads it. */
    record Piece(long offer, Place place, int crc, byte[] bytes) implements TransferMessage {}

    /** The sender cannot, and why. */
    record Sorry(long offer, FailureCode code, String why) implements TransferMessage {}

    /** The receiver needs no more. */
    record Done(long offer) implements TransferMessage {}

    private static ByteWriter begin(int type, long offer, int more) {
        return new ByteWriter(12 + more).u8(SnapshotTransfer.MESSAGE_KIND).u8(type).u64(offer);
    }

    default byte[] encode() {
        return switch (this) {
            case AskManifest m -> begin(1, m.offer, 0).toBytes();
            case HereManifest m -> begin(2, m.offer, m.manifest.length).raw(m.manifest).toBytes();
            case Patience m -> begin(3, m.offer, 0).toBytes();
            case Ask m -> {
                ByteWriter out = begin(4, m.offer, 8 * m.places.size()).varint(m.places.size());
                m.places.forEach(place -> out.varint(place.file).varint(place.chunk));
                yield out.toBytes();
            }
            case Piece m -> begin(5, m.offer, 20 + m.bytes.length).varint(m.place.file).varint(m.place.chunk)
                    .u32(m.crc).raw(m.bytes).toBytes();
            case Sorry m -> begin(6, m.offer, 64).bytes(m.code.name().getBytes(StandardCharsets.UTF_8))
                    .bytes(m.why.getBytes(StandardCharsets.UTF_8)).toBytes();
            case Done m -> begin(7, m.offer, 0).toBytes();
        };
    }

    /** CORRUPTION when it makes no sense. */
    static TransferMessage decode(byte[] message) {
        ByteReader in = new ByteReader(message);
        if (in.u8() != SnapshotTransfer.MESSAGE_KIND) {
            throw new NokvException(FailureCode.CORRUPTION, "not a message about snapshots");
        }
        int type = in.u8();
        long offer = in.u64();
        TransferMessage read = switch (type) {
            case 1 -> new AskManifest(offer);
            case 2 -> new HereManifest(offer, in.rest());
            case 3 -> new Patience(offer);
            case 4 -> {
                List<Place> places = new ArrayList<>();
                for (int left = in.varint(in.remaining()); left > 0; left--) {
                    places.add(place(in));
                }
                yield new Ask(offer, places);
            }
            case 5 -> new Piece(offer, place(in), in.u32(), in.rest());
            case 6 -> {
                String code = new String(in.bytes(), StandardCharsets.UTF_8);
                yield new Sorry(offer, code(code), new String(in.bytes(), StandardCharsets.UTF_8));
            }
            case 7 -> new Done(offer);
            default -> throw new NokvException(FailureCode.CORRUPTION, "an unknown message about snapshots: " + type);
        };
        in.end();
        return read;
    }

    private static Place place(ByteReader in) {
        return new Place(in.varint(Integer.MAX_VALUE), in.varint(Integer.MAX_VALUE));
    }

    /** A code of a later version is an internal one to this. */
    private static FailureCode code(String name) {
        for (FailureCode code : FailureCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return FailureCode.INTERNAL;
    }
}
