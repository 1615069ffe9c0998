package io.nokv.benchmark.raft;

import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.store.ProposalOutcome;
import io.nokv.raft.store.ReadMode;
import io.nokv.raft.store.ReadOutcome;

/** The door for clients of a member process; see {@link RowCall}. Called on event loops; waits for nothing but the page cache. */
final class RowService {
    private final StoreNode node;

    private RowService(StoreNode node) {
        this.node = node;
    }

    static ServerServiceDefinition of(StoreNode node) {
        RowService service = new RowService(node);
        return ServerServiceDefinition.builder(RowCall.SERVICE)
                .addMethod(RowCall.METHOD, ServerCalls.asyncUnaryCall(service::call)).build();
    }

    private static void answer(StreamObserver<byte[]> out, byte[] answer) {
        out.onNext(answer);
        out.onCompleted();
    }

    private void call(byte[] request, StreamObserver<byte[]> out) {
        ByteReader in = new ByteReader(request);
        int kind = in.u8();
        RegionHeader header = RowCall.header(in);
        if (node.raft() == null) {
            answer(out, RowCall.REFUSED);
            return;
        }
        switch (kind) {
            case RowCall.WRITE -> write(header, in.rest(), out);
            case RowCall.LEASE -> read(header, ReadMode.LEASE, in.rest(), out);
            case RowCall.INDEX -> read(header, ReadMode.READ_INDEX, in.rest(), out);
            case RowCall.ECHO -> answer(out, RowCall.ECHOED);
            case RowCall.KEYS -> {
                byte[] from = in.bytes();
                int most = in.varint(1 << 20);
                node.scheduler().execute("keys", () -> answer(out, keys(from, most)));
            }
            default -> answer(out, RowCall.REFUSED);
        }
    }

    private void write(RegionHeader header, byte[] command, StreamObserver<byte[]> out) {
        node.raft().propose(header, command).whenDone((outcome, failure) -> answer(out, switch (outcome) {
            case null -> RowCall.UNKNOWN;
            case ProposalOutcome.Applied _ -> RowCall.DONE;
            case ProposalOutcome.Refused _ -> RowCall.REFUSED;
            case ProposalOutcome.Unknown _ -> RowCall.UNKNOWN;
        }));
    }

    private void read(RegionHeader header, ReadMode mode, byte[] key, StreamObserver<byte[]> out) {
        node.raft().read(header, mode).whenDone((outcome, failure) -> {
            if (!(outcome instanceof ReadOutcome.Permitted(var permission))
                    || !permission.region().range().contains(key)) {
                answer(out, RowCall.REFUSED);
                return;
            }
            byte[] value = node.engine().get(Family.DEFAULT, key, null);
            int bytes = value == null ? 0 : value.length;
            ByteWriter answer = new ByteWriter(1 + bytes).u8(0);
            answer(out, permission.holds()
                    ? (value == null ? answer : answer.raw(value)).toBytes()
                    : RowCall.REFUSED);
        });
    }

    /** What is on this store's disk, whoever leads. */
    private byte[] keys(byte[] from, int most) {
        ByteWriter out = new ByteWriter(1 << 16).u8(0);
        try (Cursor row = node.engine().cursor(Family.DEFAULT, new Range(from, null), null)) {
            int count = 0;
            for (row.seekToFirst(); row.isValid() && count < most; row.next()) {
                out.bytes(row.key());
                count++;
            }
        }
        return out.toBytes();
    }
}
