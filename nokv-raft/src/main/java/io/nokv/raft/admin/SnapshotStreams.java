package io.nokv.raft.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.nokv.base.port.Promise;
import io.nokv.proto.raft.v1.ImportSnapshotRequest;
import io.nokv.proto.raft.v1.ImportSnapshotResponse;
import io.nokv.proto.raft.v1.SnapshotPortion;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.store.ExportOutcome;
import io.nokv.raft.store.ImportOutcome;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RegionExport;
import io.nokv.raft.store.RegionImport;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Archives over gRPC, as fast as the other side takes or the disk writes them. Nothing here waits: each portion is asked for when the one
 * before is dealt with.
 */
final class SnapshotStreams {
    private SnapshotStreams() {}

    // ---- out -----------------------------------------------------------------------------------------------------

    static void export(RaftStore store, RegionHeader header, ServerCallStreamObserver<SnapshotPortion> out) {
        Outgoing stream = new Outgoing(out);
        out.setOnReadyHandler(stream::go);
        out.setOnCancelHandler(stream::end);
        store.exportRegion(header).whenDone((outcome, failure) -> {
            switch (outcome) {
                case null -> out.onError(AdminErrors.of("ExportSnapshot", failure));
                case ExportOutcome.Refused refused -> out.onError(AdminErrors.of(refused.why()));
                case ExportOutcome.Begun begun -> stream.begin(begun.export());
            }
        });
    }

    private static final class Outgoing {
        private final ServerCallStreamObserver<SnapshotPortion> out;
        private final AtomicBoolean reading = new AtomicBoolean();
        private volatile RegionExport export;

        Outgoing(ServerCallStreamObserver<SnapshotPortion> out) {
            this.out = out;
        }

        void begin(RegionExport begun) {
            export = begun;
            go();
        }

        /** Asks for the next portion if nobody does and there is room for it. */
        void go() {
            RegionExport from = export;
            if (from == null) {
                return;
            }
            if (out.isCancelled()) {
                from.close();
            } else if (out.isReady() && reading.compareAndSet(false, true)) {
                from.next().whenDone((portion, failure) -> came(from, portion, failure));
            }
        }

        private void came(RegionExport from, byte[] portion, Throwable failure) {
            if (out.isCancelled()) {
                from.close();
            } else if (failure != null) {
                from.close();
                out.onError(AdminErrors.of("ExportSnapshot", failure));
            } else if (portion == null) {
                from.close();
                out.onCompleted();
            } else {
                out.onNext(SnapshotPortion.newBuilder().setData(UnsafeByteOperations.unsafeWrap(portion)).build());
                reading.set(false);
                go();
            }
        }

        void end() {
            RegionExport from = export;
            if (from != null) {
                from.close();
            }
        }
    }

    // ---- in ------------------------------------------------------------------------------------------------------

    static StreamObserver<ImportSnapshotRequest> intake(Supplier<RaftStore> store,
            ServerCallStreamObserver<ImportSnapshotResponse> out) {
        // The first message comes by itself; each further one is asked for.
        out.disableAutoRequest();
        out.request(1);
        Incoming stream = new Incoming(store, out);
        out.setOnCancelHandler(stream::abandon);
        return stream;
    }

    /** Calls come one after the other; answers of the import come on other threads, when none of the calls can. */
    private static final class Incoming implements StreamObserver<ImportSnapshotRequest> {
        private final Supplier<RaftStore> store;
        private final ServerCallStreamObserver<ImportSnapshotResponse> out;
        private final AtomicBoolean answered = new AtomicBoolean();
        private volatile RegionImport taking;
        private volatile boolean complete;
        private volatile Promise<ImportOutcome> last;

        Incoming(Supplier<RaftStore> store, ServerCallStreamObserver<ImportSnapshotResponse> out) {
            this.store = store;
            this.out = out;
        }

        @Override
        public void onNext(ImportSnapshotRequest request) {
            if (answered.get()) {
                return;
            }
            try {
                if (taking == null) {
                    taking = store.get().importRegion(request.getRegionId(), request.getPeerId());
                }
            } catch (RuntimeException e) {
                fail(AdminErrors.of("ImportSnapshot", e));
                return;
            }
            ByteString data = request.getData();
            Promise<ImportOutcome> taken = taking.take(data.toByteArray());
            last = taken;
            taken.whenDone((outcome, failure) -> {
                if (failure != null || !(outcome instanceof ImportOutcome.More)) {
                    settle(outcome, failure);
                } else {
                    out.request(1);
                }
            });
        }

        @Override
        public void onCompleted() {
            complete = true;
            if (taking == null) {
                fail(AdminErrors.of(AdminReason.INVALID_ARGUMENT, "an import begins with the ids of the region"));
                return;
            }
            // The end may come while the last portion is still being dealt with.
            last.whenDone((outcome, failure) -> {
                if (failure == null && outcome instanceof ImportOutcome.More) {
                    taking.finish().whenDone(this::settle);
                }
            });
        }

        private void settle(ImportOutcome outcome, Throwable failure) {
            if (failure != null) {
                fail(AdminErrors.of("ImportSnapshot", failure));
                return;
            }
            switch (outcome) {
                case ImportOutcome.Done done -> {
                    if (answered.compareAndSet(false, true)) {
                        out.onNext(ImportSnapshotResponse.newBuilder().setRegion(AdminMessages.wire(done.region()))
                                .setExported(AdminMessages.wire(done.from().region()))
                                .setAppliedIndex(done.from().index()).setAppliedTerm(done.from().term()).build());
                        out.onCompleted();
                    }
                }
                case ImportOutcome.Rejected(String why) -> fail(AdminErrors.of(AdminReason.REJECTED, why));
                case ImportOutcome.Damaged(String why) -> fail(AdminErrors.of(AdminReason.DAMAGED, why));
                case ImportOutcome.More _ ->
                    fail(AdminErrors.of("ImportSnapshot", new IllegalStateException("an import that does not end")));
            }
        }

        private void fail(Throwable why) {
            if (answered.compareAndSet(false, true)) {
                out.onError(why);
            }
        }

        @Override
        public void onError(Throwable why) {
            abandon();
        }

        private void abandon() {
            // Whoever said all that is to be said may go: what is under way then is carried out.
            if (!complete && taking != null) {
                taking.abandon();
            }
        }
    }
}
