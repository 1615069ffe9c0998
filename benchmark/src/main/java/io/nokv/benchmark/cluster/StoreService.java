package io.nokv.benchmark.cluster;

import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.Bytes;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.store.ProposalOutcome;
import io.nokv.raft.store.ReadMode;
import io.nokv.raft.store.ReadOutcome;
import io.nokv.raft.store.ReadPermission;
import io.nokv.raft.store.RegionStatus;
import io.nokv.raft.transport.LinkFaults;
import java.util.Arrays;

/** The door for clients of a store process: commands, reads of whole branches, and faults on demand. Never waits on its thread. */
final class StoreService {
    /** Messages to the store: u64:share lost, in millionths; u64:delay in microseconds, with as much jitter. */
    static final int LINK = 1;
    /** Whatever comes from the store is lost. */
    static final int CUT_INCOMING = 2;
    /** All links are good, and the disk has room. */
    static final int HEAL = 3;
    /** The disk is full. */
    static final int DISK_FULL = 4;

    private final RaftNode node;

    private StoreService(RaftNode node) {
        this.node = node;
    }

    static ServerServiceDefinition of(RaftNode node) {
        StoreService service = new StoreService(node);
        return ServerServiceDefinition.builder(StoreCall.SERVICE)
                .addMethod(StoreCall.METHOD, ServerCalls.asyncUnaryCall(service::call)).build();
    }

    private void call(byte[] request, StreamObserver<byte[]> out) {
        ByteReader in = new ByteReader(request);
        if (node.store() == null) {
            answer(out, StoreCall.why(StoreCall.REFUSED, "the store is being opened"));
            return;
        }
        switch (in.u8()) {
            case StoreCall.PROPOSE -> propose(StoreCall.header(in), in.rest(), out);
            case StoreCall.READ -> read(StoreCall.header(in), in.u8(), in.u8() == 1, out);
            case StoreCall.DIGEST -> {
                long region = in.u64();
                node.scheduler().execute("digest", () -> answer(out, digest(region)));
            }
            case StoreCall.FAULT -> fault(in.u8(), in.u64(), in.u64(), in.u64(), out);
            default -> answer(out, StoreCall.why(StoreCall.REFUSED, "no such request"));
        }
    }

    private static void answer(StreamObserver<byte[]> out, byte[] answer) {
        out.onNext(answer);
        out.onCompleted();
    }

    private void propose(RegionHeader header, byte[] command, StreamObserver<byte[]> out) {
        node.store().propose(header, command).whenDone((outcome, failure) -> answer(out, failure != null
                ? StoreCall.why(StoreCall.UNKNOWN, failure.toString())
                : switch (outcome) {
                    case ProposalOutcome.Applied applied -> new ByteWriter(16).u8(StoreCall.DONE)
                            .raw(applied.answer() == null ? Bytes.EMPTY : applied.answer()).toBytes();
                    case ProposalOutcome.Refused refused -> StoreCall.why(StoreCall.REFUSED, refused.why().toString());
                    case ProposalOutcome.Unknown unknown -> StoreCall.why(StoreCall.UNKNOWN, unknown.why());
                }));
    }

    private void read(RegionHeader header, int branch, boolean withMarks, StreamObserver<byte[]> out) {
        node.store().read(header, ReadMode.LEASE).whenDone((outcome, failure) -> {
            if (failure != null) {
                answer(out, StoreCall.why(StoreCall.REFUSED, failure.toString()));
                return;
            }
            switch (outcome) {
                case ReadOutcome.Refused refused ->
                    answer(out, StoreCall.why(StoreCall.REFUSED, refused.why().toString()));
                case ReadOutcome.Permitted permitted -> node.scheduler().execute("read",
                        () -> answer(out, rows(permitted.permission(), branch, withMarks)));
            }
        });
    }

    /** All accounts and the ring of a branch, in one look at the engine; the marks between them if they are wanted. */
    private byte[] rows(ReadPermission permission, int branch, boolean withMarks) {
        ByteWriter rows = new ByteWriter(1_024).u8(StoreCall.DONE);
        byte[] from = {(byte) branch, 'a'};
        byte[] to = {(byte) branch, 'z'};
        if (!permission.region().range().contains(from)) {
            return StoreCall.why(StoreCall.REFUSED, "branch " + branch + " is not in " + permission.region());
        }
        try (Cursor row = node.engine().cursor(Family.DEFAULT, new Range(from, to), null)) {
            row.seekToFirst();
            while (row.isValid()) {
                byte[] key = row.key();
                if (key[1] == 'm' && !withMarks) {
                    row.seek(new byte[]{(byte) branch, 'n'});
                } else {
                    rows.bytes(key).bytes(row.value());
                    row.next();
                }
            }
        }
        return permission.holds() ? rows.toBytes() : StoreCall.why(StoreCall.REFUSED, "the region went meanwhile");
    }

    /** Of all rows in the range of a region, as they are here. */
    private byte[] digest(long regionId) {
        RegionStatus status = node.store().status(regionId);
        if (status == null || status.region() == null) {
            return StoreCall.why(StoreCall.REFUSED, "no replica of region " + regionId);
        }
        KeyRange range = status.region().range();
        long rows = 0;
        long hash = 1;
        try (Cursor row = node.engine().cursor(Family.DEFAULT, new Range(range.from(), range.to()), null)) {
            for (row.seekToFirst(); row.isValid(); row.next()) {
                rows++;
                hash = (hash * 31 + Arrays.hashCode(row.key())) * 31 + Arrays.hashCode(row.value());
            }
        }
        return new ByteWriter(41).u8(StoreCall.DONE).u64(status.region().epoch().version())
                .u64(status.region().epoch().confVersion()).u64(status.applied()).u64(rows).u64(hash).toBytes();
    }

    private void fault(int what, long store, long share, long delayMicros, StreamObserver<byte[]> out) {
        LinkFaults faults = node.net().faults();
        switch (what) {
            case LINK -> faults.outgoing(store,
                    new LinkFaults.Fault(share / 1e6, delayMicros * 1_000, delayMicros * 1_000, 0));
            case CUT_INCOMING -> faults.cutIncoming(store);
            case HEAL -> {
                faults.healAll();
                node.disk().fill(false);
            }
            case DISK_FULL -> node.disk().fill(true);
            default -> {
                answer(out, StoreCall.why(StoreCall.REFUSED, "no such fault"));
                return;
            }
        }
        answer(out, new byte[]{StoreCall.DONE});
    }
}
